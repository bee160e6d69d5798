// Multipart bodies as the simulation takes them: texts as texts, files as what is kept of them.

import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Request } from 'express'
import { z } from 'zod'

/** The bytes themselves are not kept. */
export const uploadedFile = z.strictObject({
  name: z.string(),
  type: z.string(),
  bytes: z.number(),
  /** Hexadecimal. */
  sha256: z.string(),
})
export type UploadedFile = z.infer<typeof uploadedFile>

/** Whether the body is multipart/form-data. */
export const isMultipart = (request: Request): boolean => request.is('multipart/form-data') === 'multipart/form-data'

const described = async (file: File): Promise<UploadedFile> => ({
  name: file.name,
  type: file.type,
  bytes: file.size,
  sha256: createHash('sha256')
    .update(Buffer.from(await file.arrayBuffer()))
    .digest('hex'),
})

/** By name; a name that comes several times holds a list. Throws what has a `status` when the body is broken. */
export const readMultipart = async (request: Request): Promise<Record<string, unknown>> => {
  const stream = Readable.toWeb(request) as ReadableStream<Uint8Array>
  const headers = { 'content-type': request.get('content-type') ?? '' }
  const form = await new Response(stream as unknown as BodyInit, { headers }).formData().catch((cause: unknown) => {
    throw Object.assign(new Error('Multipart: Unexpected end of form', { cause }), { status: 400 })
  })
  const body: Record<string, unknown> = {}
  for (const name of new Set(form.keys())) {
    const values = await Promise.all(
      form.getAll(name).map((value) => (typeof value === 'string' ? value : described(value))),
    )
    body[name] = values.length === 1 ? values[0] : values
  }
  return body
}
