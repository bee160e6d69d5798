// An axios adapter for calls with text bodies, directly over node:http. The default adapter prepares each call for streams,
// redirects, proxies and progress, which these calls do not use, and takes twice the processor time (bench, part c).
// Independent of the called system.

import { type Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as overHttp } from 'node:http'
import { type Agent as HttpsAgent, request as overHttps } from 'node:https'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import {
  AxiosError,
  type AxiosHeaders,
  type AxiosResponse,
  CanceledError,
  type InternalAxiosRequestConfig,
} from 'axios'

type Unpack = (packed: Buffer, bounds: { maxOutputLength: number }) => Promise<Buffer>

const UNPACK: Record<string, Unpack> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

/** Accepted response compressions: the value of `accept-encoding`. */
export const ENCODINGS = 'gzip, deflate, br'

type Fixed = Record<string, string>

/** Without a body Node writes of these that one comes, in chunks, unless a length is given. */
const HAVE_BODIES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/** A list, which Node writes as it is; it adds nothing then, not even the host. */
const sent = (all: Fixed, headers: AxiosHeaders): string[] => {
  // Axios keeps the names of headers that are not set.
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all[name.toLowerCase()] = String(value)
  const list: string[] = []
  for (const name in all) list.push(name, all[name]!)
  return list
}

/** The body and the headers by lower-case name, because axios would normalize its own headers twice. */
export type TextAnswer = { text: string; headers: IncomingHttpHeaders }

type Options = {
  httpAgent: HttpAgent
  httpsAgent: HttpsAgent
  /** Sent with every call. */
  headers: Fixed
  maxContentLength: number
  maxBodyLength: number
}

/**
 * Constant settings are given here, because axios would merge them into each call. From a call's config it uses `baseURL`, `url` and
 * `timeout` (milliseconds, for the whole call); `data` is text. Resolves with the body as text for any status. Rejects with AxiosError:
 * `ERR_BAD_RESPONSE` for an answer that is too long, `ECONNABORTED` for one that is too slow, else the code of the connection; with
 * CanceledError after an abort.
 */
export const createTextAdapter =
  ({ httpAgent, httpsAgent, headers: fixed, maxContentLength: most, maxBodyLength: mostSent }: Options) =>
  (config: InternalAxiosRequestConfig): Promise<AxiosResponse<TextAnswer>> =>
    new Promise((resolve, reject) => {
      const { signal, timeout = 0 } = config
      const data = config.data as string | undefined
      const method = config.method!.toUpperCase()
      const length = data === undefined ? 0 : Buffer.byteLength(data)
      const target = new URL(config.baseURL!)
      if (length > mostSent) {
        reject(new AxiosError('The body is larger than maxBodyLength', AxiosError.ERR_BAD_REQUEST, config))
        return
      }

      const lengthOf = length > 0 || HAVE_BODIES.has(method) ? { 'content-length': String(length) } : {}
      const isSecure = target.protocol === 'https:'
      const request = (isSecure ? overHttps : overHttp)({
        agent: isSecure ? httpsAgent : httpAgent,
        hostname: target.hostname.replace(/^\[|\]$/g, ''),
        port: target.port,
        // Unparsed, because URL parsing would treat `%2E%2E` as a parent directory.
        path: target.pathname.replace(/\/$/, '') + config.url,
        method,
        headers: sent({ host: target.host, ...fixed, ...lengthOf }, config.headers),
      })

      const over = (): void => {
        clearTimeout(deadline)
        signal?.removeEventListener?.('abort', abort)
      }
      const fail = (message: string, code: string | undefined): void => {
        over()
        request.destroy()
        reject(new AxiosError(message, code, config, request))
      }
      const abort = (): void => {
        over()
        request.destroy()
        reject(new CanceledError(undefined, config, request))
      }
      const tooLong = (): void => fail(`maxContentLength size of ${most} exceeded`, AxiosError.ERR_BAD_RESPONSE)
      const deadline = setTimeout(() => fail(`timeout of ${timeout}ms exceeded`, AxiosError.ECONNABORTED), timeout)

      const read = async (answer: IncomingMessage, chunks: Buffer[]): Promise<void> => {
        const { statusCode: status, statusMessage: statusText, headers } = answer
        const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
        const unpack = body.length > 0 ? UNPACK[headers['content-encoding'] ?? ''] : undefined
        const plain = unpack ? await unpack(body, { maxOutputLength: most }) : body
        over()
        resolve({
          data: { text: plain.toString().replace(/^\uFEFF/, ''), headers },
          status: status!,
          statusText: statusText!,
          headers: {},
          config,
          request,
        })
      }

      request.on('response', (answer) => {
        const chunks: Buffer[] = []
        let length = 0
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          length += chunk.length
          if (length > most) tooLong()
        })
        answer.on('end', () => {
          read(answer, chunks).catch((error: NodeJS.ErrnoException) =>
            error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLong() : fail(error.message, error.code),
          )
        })
        answer.on('error', (error: NodeJS.ErrnoException) => fail(error.message, error.code))
      })
      request.on('error', (error: NodeJS.ErrnoException) => fail(error.message, error.code))
      if (signal?.aborted) abort()
      else signal?.addEventListener?.('abort', abort)
      request.end(data)
    })
