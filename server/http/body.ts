// Reads a request's body: first the bytes as received, bounded, then JSON or a form as a plain value. Nothing is
// validated yet.

import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'

/** 102400 → '100 KB' */
const inWords = (bytes: number): string => `${Math.round(bytes / 1024)} KB`

const NOTHING = Buffer.alloc(0)

/**
 * The bytes of the body. Throws `payload_too_large` as soon as the size is known, `unsupported_media_type` for a
 * compressed body (a small one can expand to a huge one, and signatures cover the bytes sent), `invalid_request` when
 * the sender disconnects. After a refusal the remaining bytes are discarded until the server's request timeout.
 */
export const readBody = (request: IncomingMessage, limitBytes: number): Promise<Buffer> => {
  const tooLarge = () => {
    request.resume()
    return new AppError('payload_too_large', { detail: `Send a smaller body; the limit is ${inWords(limitBytes)}.` })
  }
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    request.resume()
    return Promise.reject(new AppError('unsupported_media_type', { detail: 'Send the body without compression.' }))
  }
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.reject(tooLarge())

  return new Promise((resolve, reject) => {
    let only: Buffer | undefined
    let chunks: Buffer[] | undefined
    let size = 0
    let isRefused = false
    const refuse = (): void => {
      if (!isRefused) reject(tooLarge())
      isRefused = true
    }
    // The listeners stay: a stream without an error listener would end the process.
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limitBytes) refuse()
      else if (only === undefined) only = chunk
      else if (chunks) chunks.push(chunk)
      else chunks = [only, chunk]
    })
    request.on('end', () => resolve(chunks ? Buffer.concat(chunks, size) : (only ?? NOTHING)))
    const onGone = (): void => {
      if (!request.readableEnded)
        reject(new AppError('invalid_request', { detail: 'The connection ended before the body did.' }))
    }
    request.on('error', onGone)
    request.on('close', onGone)
  })
}

/** Throws `malformed_json` with the parser's message, which gives the position. */
export const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    const place = /line \d+ column \d+/.exec(String(error))?.[0]
    const detail = place && `Look at ${place.replace(' column', ', column')} of the body: it stops being JSON there.`
    throw new AppError('malformed_json', { cause: error, ...(detail ? { detail } : {}) })
  }
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i
/** Of a form's content type. */
export const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/** A repeated name becomes a list, as with checkboxes of one name. */
const parseForm = (bytes: Buffer): Record<string, string | string[]> => {
  const fields = new URLSearchParams(bytes.toString('utf8'))
  return Object.fromEntries(
    [...new Set(fields.keys())].map((name) => {
      const values = fields.getAll(name)
      return [name, values.length === 1 ? values[0]! : values]
    }),
  )
}

/**
 * Parses a body by its content type; undefined when there is none. Throws `malformed_json`, `unsupported_media_type`.
 */
export const parseBody = (
  bytes: Buffer,
  contentType: string | undefined,
  { isJsonOnly = false }: { isJsonOnly?: boolean } = {},
): unknown => {
  if (bytes.length === 0) return undefined
  if (contentType && JSON_TYPE.test(contentType)) {
    // Decoding would put other characters where a name has some that are not UTF-8 (RFC 8259, 8.1).
    if (!isUtf8(bytes)) throw new AppError('malformed_json', { detail: 'Send the JSON document encoded as UTF-8.' })
    return parseJson(bytes)
  }
  if (!isJsonOnly && contentType && FORM_TYPE.test(contentType)) return parseForm(bytes)
  const detail = isJsonOnly ? 'Send JSON with the header Content-Type: application/json.' : undefined
  throw new AppError('unsupported_media_type', detail ? { detail } : {})
}
