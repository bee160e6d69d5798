// Streams files from user-entered addresses: a guarded GET whose answer is a stream, bounded in size and time. Never
// holds a whole file.

import { Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import axios, { AxiosError, type AxiosResponse } from 'axios'
import { AppError } from '../errors.ts'
import { fileNameOf, TYPES_OF_ENDINGS } from './file-names.ts'
import type { Guard } from './guard.ts'
import { retryAfter } from './post-webhook.ts'

/** `types` are endings of names. */
type Limits = { mostMb: number; mostVideoMb?: number | undefined; types?: readonly string[] | undefined }

/** Bytes come as they arrive. The stream fails with an AppError: `file_unreachable` or `file_too_large`. */
type OpenedFile = { name: string; type: string; size: number | undefined; content: Readable }

export type FileSource = {
  /**
   * Resolves when the file begins to arrive. Throws `url_not_allowed`, `file_missing`, `file_too_large`, `file_wrong_type`
   * (all permanent) and `file_unreachable` (passing, with Retry-After).
   */
  open(wish: { address: string; limits: Limits }): Promise<OpenedFile>
  close(): void
}

type Options = {
  guard: Guard
  now: () => Date
  /** Until the first byte, and until the last. */
  openMs?: number
  readMs?: number
}

const MB = 1024 * 1024
/** Storage and short addresses point on once or twice; each target is checked as the first address was. */
const MOST_REDIRECTS = 3
const PASSING: ReadonlySet<number> = new Set([408, 425, 429])

/** One instance per process. */
export const createFileSource = ({ guard, now, openMs = 15_000, readMs = 240_000 }: Options): FileSource => {
  const options = { maxSockets: 32, timeout: 60_000, lookup: guard.lookup }
  const httpAgent = new HttpAgent(options)
  const httpsAgent = new HttpsAgent(options)
  const client = axios.create({
    httpAgent,
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    responseType: 'stream',
    // A file is passed on as it is; what a server packs all the same is refused.
    decompress: false,
    headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'RankrConnect/1' },
    validateStatus: () => true,
  })

  const ask = async (url: URL, deadline: AbortSignal): Promise<AxiosResponse<IncomingMessage>> => {
    try {
      return await client.get<IncomingMessage>(url.href, { signal: deadline, timeout: openMs })
    } catch (error) {
      throw unreachable(error)
    }
  }

  const follow = async (address: string, deadline: AbortSignal): Promise<[AxiosResponse<IncomingMessage>, URL]> => {
    let url = guard.check(address)
    for (let hops = 0; ; hops++) {
      const answer = await ask(url, deadline)
      const target = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined
      if (typeof target !== 'string') return [answer, url]
      answer.data.destroy()
      if (hops === MOST_REDIRECTS || !URL.canParse(target, url.href)) {
        throw new AppError('file_missing', { detail: 'The address points on and on to others.' })
      }
      url = guard.check(new URL(target, url).href)
    }
  }

  return {
    async open({ address, limits }) {
      const [answer, url] = await follow(address, AbortSignal.timeout(readMs))
      try {
        return opened(answer, url, { limits, now: now() })
      } catch (error) {
        answer.data.destroy()
        throw error
      }
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

const unreachable = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof AxiosError && thrown.cause instanceof AppError) return thrown.cause
  const isSlow = axios.isCancel(thrown) || (thrown as NodeJS.ErrnoException).code === 'ECONNABORTED'
  // Not the error itself: it carries the address, whose query may hold a signature.
  const cause = new Error(isSlow ? 'too slow' : String((thrown as NodeJS.ErrnoException).code ?? 'broken'))
  return new AppError('file_unreachable', {
    cause,
    ...(isSlow ? { detail: 'Its address was too slow. We retry this automatically.' } : {}),
  })
}

const refuse = ({ status, headers }: AxiosResponse, now: Date): never => {
  if (status >= 500 || PASSING.has(status)) {
    const seconds = retryAfter(String(headers['retry-after'] ?? ''), now)
    throw new AppError('file_unreachable', {
      detail: `Its address answered ${status}. We retry this automatically.`,
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    })
  }
  const detail =
    status === 401 || status === 403
      ? `Its address answered ${status}: it wants a sign-in. Use one that anybody can open.`
      : `Its address answered ${status}. See that it is right, then send this again.`
  throw new AppError('file_missing', { detail })
}

const opened = (
  answer: AxiosResponse<IncomingMessage>,
  url: URL,
  { limits, now }: { limits: Limits; now: Date },
): OpenedFile => {
  const { status, headers, data } = answer
  if (status !== 200) refuse(answer, now)
  const type =
    String(headers['content-type'] ?? '')
      .split(';')[0]!
      .trim()
      .toLowerCase() || 'application/octet-stream'
  if (type === 'text/html') {
    throw new AppError('file_wrong_type', {
      detail: 'The address shows a web page, not a file. Use the address of the file itself.',
    })
  }
  const packed = String(headers['content-encoding'] ?? 'identity')
  if (packed !== 'identity') {
    throw new AppError('file_wrong_type', { detail: `The address answers with packed data (${packed.slice(0, 20)}).` })
  }
  const name = fileNameOf({ disposition: String(headers['content-disposition'] ?? ''), url, type })
  const ending = /\.([a-z0-9]+)$/.exec(name.toLowerCase())?.[1] ?? ''
  const { types, mostMb, mostVideoMb = mostMb } = limits
  if (types && !types.includes(ending)) {
    throw new AppError('file_wrong_type', { detail: `These are taken: ${types.join(', ')}.` })
  }
  const isVideo = type.startsWith('video/') || TYPES_OF_ENDINGS[ending]?.startsWith('video/') === true
  const most = isVideo ? mostVideoMb : mostMb
  const declared = String(headers['content-length'] ?? '')
  const size = /^\d{1,15}$/.test(declared) ? Number(declared) : undefined
  if (size !== undefined && size > most * MB) throw tooLarge(most)
  return { name, type, size, content: Readable.from(bounded(data, most), { objectMode: false }) }
}

const tooLarge = (mostMb: number): AppError =>
  new AppError('file_too_large', { detail: `It has more than ${mostMb} MB. Use a smaller file.` })

/** What was declared is not believed: bytes are counted as they come. */
async function* bounded(source: IncomingMessage, mostMb: number): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostMb * MB) throw tooLarge(mostMb)
      yield chunk
    }
  } catch (error) {
    throw unreachable(error)
  }
}
