// Field mappings of each built-in workflow that has one. Edits stay in the page until saved; every answer shows them
// with their result for an event.

import { z } from 'zod'
import { AppError, asAppError } from '../../errors.ts'
import type { RoughRow } from '../../workflows/mapping-look.ts'
import type { Session } from '../doors/session.ts'
import { text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { added, keyed, press, readRows, type Sent } from './mapping-form.ts'
import {
  createMappingScreens,
  FIELD_KINDS,
  MAKES_FIELDS,
  type MappingDeps,
  type Shown,
  type Work,
} from './mapping-show.ts'
import { missingScopes } from './scopes.ts'
import { defineChange, installationOf, type Screen, screenData } from './screen.ts'

const HERE = '/settings/mapping'
/** A mapping with all its rows and settings. */
const BODY_LIMIT_BYTES = 1024 * 1024

const params = z.object({ templateId: z.string().max(60) })
const versionParams = params.extend({ version: z.coerce.number().int().positive() })
const form = z.record(z.string().max(120), z.union([z.string().max(200_000), z.array(z.string().max(500)).max(500)]))
const body = form.prefault({})

const wordIn = (sent: Sent, name: string): string => [sent[name] ?? ''].flat()[0] ?? ''

const workIn = (sent: Sent): Work => ({
  rows: readRows(sent),
  version: Number(wordIn(sent, 'version')) || 0,
  eventId: sent.event === undefined ? undefined : wordIn(sent, 'event'),
})

const sentenceOf = ({ detail, errors = [] }: AppError): string =>
  [detail, ...errors.slice(0, 5).map((one) => `${one.pointer}: ${one.detail}`)].join(' ')

/** Routes below `/settings/mapping`. */
export const mappingRoutes = (screen: Screen, deps: MappingDeps): Route[] => {
  const { installations, transaction } = deps
  const { service, fields, forget } = deps.mappings
  const { show, showVersion, saved, isOn, suggestionsFor, isFaulty } = createMappingScreens(deps)

  /** Somebody else saved meanwhile: shows the form with a conflict, to be saved again or discarded. */
  const orConflict = async (caller: Session, templateId: string, work: Work, change: () => Promise<Shown>) => {
    try {
      const shown = await change()
      return await show(caller, templateId, await saved(caller.locationId, templateId), shown)
    } catch (error) {
      const { code } = asAppError(error)
      if (code === 'workflow_invalid') {
        return await show(caller, templateId, work, { isRefused: true, saveFault: sentenceOf(asAppError(error)) })
      }
      if (code !== 'conflict') throw error
      const { version } = await service.read(caller.locationId, templateId)
      return await show(caller, templateId, { ...work, version }, { conflict: version })
    }
  }

  return [
    screen({
      path: HERE,
      async handler({ caller }) {
        const { locationId } = caller
        const rows = new Map((await service.current(locationId)).map((row) => [row.templateId, row]))
        const all = await Promise.all(
          service.templates.map(async ({ templateId }) => {
            const row = rows.get(templateId)
            const { rows: list = [] } = (row?.mapping ?? {}) as { rows?: unknown[] }
            const isSyncOn = await isOn(locationId, templateId)
            return { templateId, count: list.length, version: row?.version ?? 0, savedAt: row?.savedAt, isSyncOn }
          }),
        )
        return view('screens/mappings', { ...screenData(caller), all })
      },
    }),

    screen({
      path: `${HERE}/:templateId`,
      input: { params },
      handler: async ({ caller, params: { templateId } }) =>
        show(caller, templateId, await saved(caller.locationId, templateId)),
    }),

    screen({
      path: `${HERE}/:templateId/mapping.json`,
      input: { params },
      handler: async ({ caller, params: { templateId } }) =>
        text(await service.exportJson(caller.locationId, templateId), {
          type: 'application/json; charset=utf-8',
          headers: {
            'Content-Disposition': `attachment; filename="mapping-${service.template(templateId).templateId}.json"`,
          },
        }),
    }),

    screen({
      path: `${HERE}/:templateId/versions/:version`,
      input: { params: versionParams },
      handler: ({ caller, params: { templateId, version } }) => showVersion(caller, templateId, version),
    }),

    defineChange({
      path: `${HERE}/:templateId/draft`,
      audit: { none: 'shows what was typed again; nothing is saved' },
      bodyLimitBytes: BODY_LIMIT_BYTES,
      input: { params, body },
      async handler({ caller, params: { templateId }, body: sent }) {
        const work = workIn(sent)
        const button = wordIn(sent, 'do')
        if (button === '') return await show(caller, templateId, work)
        const suggestions = button.startsWith('use') ? await suggestionsFor(caller.locationId, templateId, work) : []
        const rows = press(button, { rows: work.rows, suggestions, sent })
        const isMore = rows.length > work.rows.length
        const focus = isMore ? `field-r${rows.at(-1)!.key}.from` : undefined
        return await show(caller, templateId, { ...work, rows }, focus ? { focus } : {})
      },
    }),

    defineChange({
      path: `${HERE}/:templateId/import`,
      audit: { none: 'puts what was brought along into the form; nothing is saved' },
      bodyLimitBytes: BODY_LIMIT_BYTES,
      input: { params, body },
      async handler({ caller, params: { templateId }, body: sent }) {
        const json = wordIn(sent, 'json')
        const before = await saved(caller.locationId, templateId)
        try {
          const { rows } = service.readJson(json)
          return await show(caller, templateId, { ...before, rows: keyed(rows as RoughRow[]) }, { message: 'imported' })
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'workflow_invalid')) throw error
          return await show(caller, templateId, before, { importFault: sentenceOf(error), typed: { json } })
        }
      },
    }),

    defineChange({
      path: `${HERE}/:templateId/fields`,
      audit: 'mapping.field_created',
      bodyLimitBytes: BODY_LIMIT_BYTES,
      input: { params, body },
      async handler({ caller, params: { templateId }, body: sent, audit }) {
        const { locationId } = caller
        const work = workIn(sent)
        const name = wordIn(sent, 'fieldName').trim()
        const kind = FIELD_KINDS.find((one) => one === wordIn(sent, 'fieldKind')) ?? 'TEXT'
        const typed = { name, kind }
        const { custom } = service.template(templateId)
        if (!custom) throw new AppError('not_found')
        const installation = await installationOf(caller, installations)
        const refuse = (fieldFault: string) => show(caller, templateId, work, { fieldFault, typed })
        if (missingScopes([MAKES_FIELDS], installation.scopes).length > 0) return await refuse('crm_scope_missing')
        if (name === '' || name.length > 60) return await refuse('name')
        try {
          const { target, isNew } = await fields.create(locationId, custom, { name, kind })
          forget(locationId)
          await audit({ subjectType: 'mapping', subjectId: templateId, details: { name, kind, target, isNew } })
          // Created for the row that asked for it.
          const open = work.rows.findLast(({ row }) => row.target === '')
          const rows = open
            ? work.rows.map((one) => (one === open ? { ...one, row: { ...one.row, target } } : one))
            : added(work.rows, { target, source: { path: '' } })
          return await show(caller, templateId, { ...work, rows }, { message: isNew ? 'fieldMade' : 'fieldTaken' })
        } catch (error) {
          const { code } = asAppError(error)
          if (code === 'server_error') throw error
          return await refuse(code)
        }
      },
    }),

    defineChange({
      path: `${HERE}/:templateId`,
      audit: 'mapping.changed',
      bodyLimitBytes: BODY_LIMIT_BYTES,
      input: { params, body },
      async handler({ caller, params: { templateId }, body: sent, audit }) {
        const work = workIn(sent)
        const { version } = work
        if (await isFaulty(caller.locationId, templateId, work)) {
          return await show(caller, templateId, work, { isRefused: true })
        }
        const mapping = { schema: 'rankr-connect/mapping@1', rows: work.rows.map(({ row }) => row) }
        return await orConflict(caller, templateId, work, async () => {
          await transaction(async (on) => {
            const by = caller.userName || caller.userId
            const next = await service.save(caller.locationId, templateId, { mapping, version, by, on })
            const details = { version: next, rows: mapping.rows.length }
            await audit({ subjectType: 'mapping', subjectId: templateId, details }, on)
          })
          return { message: 'saved' }
        })
      },
    }),

    defineChange({
      path: `${HERE}/:templateId/versions/:version/restore`,
      audit: 'mapping.restored',
      input: { params: versionParams, body },
      async handler({ caller, params: { templateId, version: earlier }, body: sent, audit }) {
        const { locationId } = caller
        const version = Number(wordIn(sent, 'version')) || 0
        return await orConflict(caller, templateId, await saved(locationId, templateId), async () => {
          await transaction(async (on) => {
            const by = caller.userName || caller.userId
            const next = await service.restore(locationId, templateId, { earlier, version, by, on })
            await audit({ subjectType: 'mapping', subjectId: templateId, details: { version: next, earlier } }, on)
          })
          return { message: 'restored' }
        })
      },
    }),
  ]
}
