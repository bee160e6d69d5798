// What a handler returns, as a value, so that tests of handlers need no server. Sent by mount.ts.

import type { Request, Response } from 'express'

type Headers = Record<string, string>

export type Reply =
  | { kind: 'json'; status: number; body: unknown; headers: Headers }
  | { kind: 'view'; status: number; view: string; layout: string | undefined; data: object; headers: Headers }
  | { kind: 'text'; status: number; text: string; type: string; headers: Headers }
  | { kind: 'redirect'; status: 302 | 303; to: string; headers: Headers }
  | { kind: 'empty'; status: 204 | 304; headers: Headers }

type Options = { status?: number; headers?: Headers }

/** A JSON document; status 200 by default. */
export const json = (body: unknown, { status = 200, headers = {} }: Options = {}): Reply => ({
  kind: 'json',
  status,
  body,
  headers,
})

/**
 * HTML of `views/<view>.ejs`. With a `layout`, that file is rendered instead and includes the view: `<%- include(view)
 * %>`.
 */
export const view = (
  name: string,
  data: object = {},
  { status = 200, headers = {}, layout }: Options & { layout?: string } = {},
): Reply => ({ kind: 'view', status, view: name, layout, data, headers })

/** Plain text unless `type` says otherwise. */
export const text = (
  content: string,
  { status = 200, headers = {}, type = 'text/plain; charset=utf-8' }: Options & { type?: string } = {},
): Reply => ({ kind: 'text', status, text: content, type, headers })

/** 302 after a GET, 303 (see other) after a POST. `to` must be our own address or checked by the caller. */
export const redirect = (
  to: string,
  { status = 302, headers = {} }: { status?: 302 | 303; headers?: Headers } = {},
): Reply => ({
  kind: 'redirect',
  status,
  to,
  headers,
})

/** 204: done, no content. */
export const empty = ({ headers = {} }: { headers?: Headers } = {}): Reply => ({ kind: 'empty', status: 204, headers })

/** 304: the caller's copy is current. */
export const notModified = ({ headers }: { headers: Headers }): Reply => ({ kind: 'empty', status: 304, headers })

/** Renders `views/<name>.ejs` to HTML in the language of the request. */
export type Render = (name: string, data: object, request: Request) => Promise<string>

/** Sends a reply. Throws rendering errors before anything is sent. */
export const send = async (reply: Reply, response: Response, render: Render): Promise<void> => {
  const html =
    reply.kind === 'view'
      ? await render(reply.layout ?? reply.view, { ...reply.data, view: reply.view }, response.req)
      : undefined
  response.status(reply.status).set(reply.headers)
  switch (reply.kind) {
    case 'json':
      // Not response.json, which computes charset, length and freshness again: an eighth of an accepted event's time.
      if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json; charset=utf-8')
      response.end(JSON.stringify(reply.body))
      return
    case 'view':
      response.type('html').send(html)
      return
    case 'text':
      response.type(reply.type).send(reply.text)
      return
    case 'redirect':
      response.redirect(reply.status, reply.to)
      return
    case 'empty':
      response.end()
  }
}
