// How a call whose body is text goes out through axios here: node:http and nothing between. The adapter that axios brings
// along readies each call for streams, redirects, proxies and progress, none of which such a call uses, and takes twice as
// much processor time for it (bench, part c). Knows no system.

import { type IncomingMessage, type OutgoingHttpHeaders, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import {
  AxiosError,
  AxiosHeaders,
  type AxiosResponse,
  CanceledError,
  type InternalAxiosRequestConfig,
  type RawAxiosResponseHeaders,
} from 'axios'

type Unpack = (packed: Buffer, bounds: { maxOutputLength: number }) => Promise<Buffer>

const UNPACK: Record<string, Unpack> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

/** What answers may be packed with: value of `accept-encoding`. */
export const ENCODINGS = 'gzip, deflate, br'

const sent = (headers: AxiosHeaders, data: string | undefined): OutgoingHttpHeaders => {
  const all: OutgoingHttpHeaders = data === undefined ? {} : { 'content-length': Buffer.byteLength(data) }
  // Axios keeps the names of headers that are not set.
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all[name] = value
  return all
}

/**
 * Of the config it needs `baseURL`, `url`, agents, `timeout` (milliseconds, of the whole call) and `maxContentLength`; `data` is
 * text. Answers the body as text, whatever the status. Rejects with AxiosError: `ERR_BAD_RESPONSE` for an answer that is too
 * long, `ECONNABORTED` for one that is too slow, else the code of the connection; with CanceledError after an abort.
 */
export const textAdapter = (config: InternalAxiosRequestConfig): Promise<AxiosResponse<string>> =>
  new Promise((resolve, reject) => {
    const { signal, timeout = 0, maxContentLength: most = -1, maxBodyLength: mostSent = -1 } = config
    const data = config.data as string | undefined
    const target = new URL(config.baseURL!)
    if (data !== undefined && mostSent >= 0 && Buffer.byteLength(data) > mostSent) {
      reject(new AxiosError('The body is larger than maxBodyLength', AxiosError.ERR_BAD_REQUEST, config))
      return
    }

    const isSecure = target.protocol === 'https:'
    const request = (isSecure ? overHttps : overHttp)({
      agent: isSecure ? config.httpsAgent : config.httpAgent,
      hostname: target.hostname.replace(/^\[|\]$/g, ''),
      port: target.port,
      // As it is: read as part of an address, `%2E%2E` would be a way up.
      path: target.pathname.replace(/\/$/, '') + config.url,
      method: config.method!.toUpperCase(),
      headers: sent(config.headers, data),
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
        data: plain.toString().replace(/^\uFEFF/, ''),
        status: status!,
        statusText: statusText!,
        headers: Object.assign(new AxiosHeaders(), headers as RawAxiosResponseHeaders),
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
