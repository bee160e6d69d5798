// The media library and files for messages. What a file weighs and its hash are kept, so that it can be seen to have arrived
// whole; its bytes are not.

import { z } from 'zod'
import { newDocumentId } from './crm-ids.ts'
import { uploadedFile } from './multipart.ts'
import { type AnyOperation, forLocation, OLDEST, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { notFound, Refusal, unprocessable } from './refusal.ts'
import type { Grant, MediaFile } from './rows.ts'
import type { State } from './state.ts'
import { count, flag, optional, required } from './validation.ts'

const MB = 1024 * 1024
const MOST_MB = 25
const MOST_VIDEO_MB = 500
const MESSAGE_TYPES = /\.(?:jpe?g|png|mp4|mpeg|zip|rar|pdf|docx?|txt|mp3|wav)$/i

const altKeys = { altType: z.literal('location'), altId: required }
const locationOf = ({ altId }: { altId: string }): string => altId

const view = ({ id, locationId, kind, bytes: _bytes, sha256: _hash, contentType: _type, ...file }: MediaFile) => ({
  _id: id,
  altId: locationId,
  altType: 'location',
  type: kind,
  ...file,
})

const urlOf = (id: string, name: string): string =>
  `https://storage.example.com/media/${id}/${encodeURIComponent(name)}`

const bounded = ({ type, bytes }: z.infer<typeof uploadedFile>): void => {
  const most = type.startsWith('video/') ? MOST_VIDEO_MB : MOST_MB
  if (bytes > most * MB) throw new Refusal(413, 'File size exceeds the limit')
}

/** The media endpoints. */
export const mediaOperations = ({ state, now }: { state: State; now: () => Date }): AnyOperation[] => {
  const read = { ...forLocation, scopes: ['medias.readonly'] }
  const write = { ...forLocation, scopes: ['medias.write'] }
  const own = (grant: Grant, id: string | undefined): MediaFile =>
    ownRow({ state, table: state.mediaFiles, grant, id, what: 'File' })

  const keep = (file: Omit<MediaFile, 'id' | 'updatedAt'>, id = newDocumentId()): MediaFile => {
    state.count(`media.${file.kind}s`)
    return state.mediaFiles.put({ ...file, id, updatedAt: now().toISOString() })
  }

  const store = (locationId: string, file: z.infer<typeof uploadedFile>, more: Partial<MediaFile> = {}): MediaFile => {
    bounded(file)
    const id = newDocumentId()
    const { bytes, sha256, type: contentType } = file
    const name = more.name || file.name
    return keep({ locationId, kind: 'file', ...more, name, url: urlOf(id, name), contentType, bytes, sha256 }, id)
  }

  const contents = (folder: MediaFile): MediaFile[] =>
    state.mediaFiles.by('location', folder.locationId).filter(({ parentId }) => parentId === folder.id)
  const remove = (file: MediaFile): void => {
    if (file.kind === 'folder') for (const one of contents(file)) remove(one)
    state.mediaFiles.delete(file.id)
  }

  return [
    operation({
      ...read,
      method: 'GET',
      path: '/medias/files',
      query: z.strictObject({
        ...altKeys,
        type: z.enum(['file', 'folder']),
        sortBy: z.enum(['createdAt', 'name']),
        sortOrder: z.enum(['asc', 'desc']),
        query: optional,
        parentId: optional,
        limit: count.optional(),
        offset: count.optional(),
        fetchAll: flag.optional(),
      }),
      location: ({ query }) => locationOf(query),
      handle({ query: { altId, type, sortBy, sortOrder, query = '', parentId, limit = 20, offset = 0 } }) {
        const keyOf = (file: MediaFile) => (sortBy === 'name' ? file.name : file.updatedAt)
        const found = state.mediaFiles
          .by('location', altId)
          .filter((file) => file.kind === type && (parentId === undefined || file.parentId === parentId))
          .filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()))
          .toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)) * (sortOrder === 'asc' ? 1 : -1))
        return { files: found.slice(offset, offset + limit).map(view) }
      },
    }),
    operation({
      ...write,
      method: 'POST',
      path: '/medias/upload-file',
      body: z.strictObject({
        file: uploadedFile.optional(),
        hosted: flag.optional(),
        fileUrl: optional,
        name: optional,
        parentId: optional,
      }),
      handle({ body: { file, hosted = false, fileUrl, name, parentId }, grant }) {
        const locationId = grant.locationId!
        if (parentId !== undefined) own(grant, parentId)
        const more = { ...(name ? { name } : {}), ...(parentId ? { parentId } : {}) }
        if (!hosted) {
          if (!file) throw unprocessable('file should not be empty')
          const { id: fileId, url } = store(locationId, file, more)
          return { fileId, url }
        }
        if (!fileUrl || !URL.canParse(fileUrl)) throw unprocessable('fileUrl should not be empty')
        const kept = keep({ locationId, kind: 'file', name: new URL(fileUrl).pathname, ...more, url: fileUrl })
        return { fileId: kept.id, url: fileUrl }
      },
    }),
    operation({
      ...write,
      method: 'POST',
      path: '/medias/folder',
      body: z.strictObject({ ...altKeys, name: required, parentId: optional }),
      location: ({ body }) => locationOf(body),
      handle({ body: { altId, name, parentId }, grant }) {
        if (parentId !== undefined) own(grant, parentId)
        return view(keep({ locationId: altId, kind: 'folder', name, ...(parentId ? { parentId } : {}) }))
      },
    }),
    operation({
      ...write,
      method: 'POST',
      path: '/medias/:id',
      body: z.strictObject({ ...altKeys, name: required }),
      location: ({ body }) => locationOf(body),
      handle({ params, body: { name }, grant }) {
        return view(state.mediaFiles.put({ ...own(grant, params.id), name, updatedAt: now().toISOString() }))
      },
    }),
    operation({
      ...write,
      method: 'DELETE',
      path: '/medias/:id',
      query: z.strictObject(altKeys),
      location: ({ query }) => locationOf(query),
      handle({ params, grant }) {
        remove(own(grant, params.id))
        return {}
      },
    }),
    operation({
      ...forLocation,
      versions: OLDEST,
      method: 'POST',
      path: '/conversations/messages/upload',
      scopes: ['conversations/message.write'],
      body: z.strictObject({
        conversationId: required,
        contactId: required,
        locationId: required,
        fileAttachment: z.union([uploadedFile, z.array(uploadedFile).min(1)]),
        attachmentUrls: z.union([z.string(), z.array(z.string())]),
      }),
      location: ({ body }) => body.locationId,
      handle({ body: { conversationId, contactId, locationId, fileAttachment }, grant }) {
        const conversation = ownRow({
          state,
          table: state.conversations,
          grant,
          id: conversationId,
          what: 'Conversation',
        })
        if (conversation.contactId !== contactId) throw notFound('Contact')
        const files = [fileAttachment].flat()
        if (files.some(({ name }) => !MESSAGE_TYPES.test(name))) throw new Refusal(415, 'Unsupported Media Type')
        return {
          uploadedFiles: Object.fromEntries(
            files.map((file) => [file.name, store(locationId, file, { conversationId }).url]),
          ),
        }
      },
    }),
  ]
}
