// The screens of field mappings: the form with its result for an event, and earlier versions. Read-only.

import { asAppError } from '../../errors.ts'
import type { Audit } from '../../store/audit.ts'
import type { Events, StoredEvent } from '../../store/events.ts'
import type { AccountField, AccountFields, NewFieldKind } from '../../sync/customers/account-fields.ts'
import type { RoughRow } from '../../workflows/mapping-look.ts'
import type { MappingService } from '../../workflows/mapping-service.ts'
import type { Suggestion } from '../../workflows/suggest-mapping.ts'
import type { Template } from '../../workflows/templates/template.ts'
import type { Session } from '../doors/session.ts'
import { view } from '../reply.ts'
import type { InstallationReader, SyncService, Transaction } from './deps.ts'
import { labelOfType } from './event-words.ts'
import { type KeyedRow, keyed } from './mapping-form.ts'
import { STEPS } from './mapping-steps.ts'
import { inShort, keyOfPath, kindFor, lineOf, rowView, suggestionView, titleOf } from './mapping-view.ts'
import { missingScopes } from './scopes.ts'
import { installationOf, screenData } from './screen.ts'

export type MappingDeps = {
  installations: Pick<InstallationReader, 'find'>
  syncs: Pick<SyncService, 'read' | 'readAll'>
  templates: readonly Template[]
  audit: Pick<Audit, 'list'>
  transaction: Transaction
  now: () => Date
  mappings: {
    service: MappingService
    fields: AccountFields
    recent: Events['recent']
    /**
     * Current field values of the event's customer in the account; undefined when there is none or it cannot be read.
     */
    held(locationId: string, payload: unknown): Promise<((target: string) => unknown) | undefined>
    /** Drops the cached fields of the account. */
    forget(locationId: string): void
  }
}

export const FIELD_KINDS = [
  'TEXT',
  'LARGE_TEXT',
  'NUMERICAL',
  'MONETORY',
  'PHONE',
  'DATE',
] as const satisfies NewFieldKind[]

/** Permission needed to create fields. */
export const MAKES_FIELDS = 'locations/customFields.write'

const EVENTS = 10
/** Values that nobody creates a field for. */
const IDLE_NOT = /(?:^|[._])(?:id|tags|created_at|updated_at)$/
const WRITTEN = 20

export type Work = {
  rows: KeyedRow[]
  version: number
  /** Id of the event shown; '' for the example, undefined for the latest one. */
  eventId: string | undefined
}

export type Shown = {
  message?: 'saved' | 'restored' | 'fieldMade' | 'fieldTaken' | 'imported'
  /** Show the faults at the top: saving was attempted. */
  isRefused?: boolean
  conflict?: number
  importFault?: string
  /** Why it could not be saved, when no row is to blame. */
  saveFault?: string
  fieldFault?: string
  typed?: { json?: string; name?: string; kind?: string }
  /** Which row to focus. */
  focus?: string
}

const eventLabel = ({ recordKey, payload }: StoredEvent): string => {
  const { name, email, number } = (payload.data ?? {}) as Record<string, unknown>
  const id = recordKey.slice(recordKey.indexOf(':') + 1)
  const told = [name, email, number].find((one) => typeof one === 'string' && one !== '')
  return told === undefined ? id : `${inShort(told, 40)} (${id})`
}

export type MappingScreens = ReturnType<typeof createMappingScreens>

/** Renders the mapping form and the version screens. */
export const createMappingScreens = (deps: MappingDeps) => {
  const { installations, syncs, templates, audit: entries } = deps
  const { service, fields, recent, held } = deps.mappings

  /** Undefined, with the reason, when the account could not be asked. */
  const ownFields = async (locationId: string, templateId: string) => {
    const { custom } = service.template(templateId)
    if (!custom) return { own: [] as AccountField[], unread: undefined }
    try {
      return { own: await fields.list(locationId, custom), unread: undefined }
    } catch (error) {
      return { own: undefined, unread: asAppError(error).code }
    }
  }

  const isOn = async (locationId: string, templateId: string | undefined): Promise<boolean> => {
    const template = templates.find(({ id }) => id === templateId)
    return template !== undefined && (await syncs.read(locationId, template)).isEnabled
  }

  const show = async (caller: Session, templateId: string, work: Work, shown: Shown = {}) => {
    const { locationId } = caller
    const { custom, back } = service.template(templateId)
    const installation = await installationOf(caller, installations)
    const [{ own, unread }, events, versions, isSyncOn, isBackOn] = await Promise.all([
      ownFields(locationId, templateId),
      recent(locationId, { source: 'rankr', types: service.eventTypes(templateId), limit: EVENTS }),
      service.versions(locationId, templateId),
      isOn(locationId, templateId),
      isOn(locationId, back?.templateId),
    ])
    const event = work.eventId === '' ? undefined : (events.find(({ id }) => id === work.eventId) ?? events[0])
    const payload = event?.payload ?? service.sample(templateId)
    const rows = work.rows.map(({ row }) => row)
    const goBack = rows.some(({ direction = 'to-crm' }) => direction !== 'to-crm')
    const now = event && goBack ? await held(locationId, payload) : undefined
    const looked = await service.look(locationId, templateId, { rows, payload, customFields: own, held: now })
    const targets = service.targets(templateId, own ?? [])
    const sources = service.sources(payload)
    const suggestions = service.suggest(templateId, { payload, customFields: own ?? [], rows })
    const views = work.rows.map((one, place) => rowView(one, { sources, targets, looked: looked[place]! }))
    const used = new Set([
      ...rows.map(({ source }) => source.path),
      ...suggestions.map(({ path }) => path),
      ...service.filledPaths(templateId),
    ])
    const idle = sources.find(({ path }) => path.startsWith('trigger.data.') && !used.has(path) && !IDLE_NOT.test(path))
    return view(
      'screens/mapping',
      {
        ...screenData(caller),
        ...{ templateId, custom, unread, goBack, isSyncOn, isBackOn, ...shown },
        hasBack: back !== undefined,
        version: work.version,
        now: deps.now(),
        eventId: event?.id ?? '',
        events: events.map((one) => ({
          value: one.id,
          label: eventLabel(one),
          type: labelOfType(one.type),
          at: one.receivedAt,
        })),
        rows: views,
        targets: targets.map(({ target, label, isCustom = false }) => ({ value: target, label, isCustom })),
        filledIn: service.filledIn(templateId).map(({ target }) => target),
        suggestions: suggestions.map((one) => suggestionView(one, { sources, targets })),
        uses: Object.keys(STEPS),
        mayMake: missingScopes([MAKES_FIELDS], installation.scopes).length === 0,
        kinds: FIELD_KINDS,
        newField: {
          name: shown.typed?.name ?? (idle ? titleOf(keyOfPath(idle.path)) : ''),
          kind: shown.typed?.kind ?? kindFor(idle?.sample),
        },
        versions: versions.map(({ version, savedBy, savedAt, mapping }) => ({
          ...{ version, savedBy, savedAt },
          count: (mapping as { rows?: unknown[] }).rows?.length ?? 0,
        })),
        json: shown.typed?.json ?? '',
      },
      { status: shown.conflict ? 409 : shown.isRefused || shown.importFault || shown.fieldFault ? 422 : 200 },
    )
  }

  const saved = async (locationId: string, templateId: string): Promise<Work> => {
    const { version, mapping } = await service.read(locationId, templateId)
    return { rows: keyed(mapping.rows as RoughRow[]), version, eventId: undefined }
  }

  const showVersion = async (caller: Session, templateId: string, version: number) => {
    const { locationId } = caller
    const [current, versions, own] = await Promise.all([
      service.read(locationId, templateId),
      service.versions(locationId, templateId),
      ownFields(locationId, templateId),
    ])
    const { mapping } = await service.read(locationId, templateId, version)
    const [changes, since, written] = await Promise.all([
      service.diff(locationId, templateId, { from: version - 1, to: version }),
      version === current.version ? [] : service.diff(locationId, templateId, { from: version, to: current.version }),
      entries.list(locationId, { mapping: { templateId, version }, limit: WRITTEN }),
    ])
    const inLines = (all: typeof changes) =>
      all.map(({ target, before, after }) => ({ target, before: lineOf(before), after: lineOf(after) }))
    const one = versions.find((row) => row.version === version)
    return view('screens/mapping-version', {
      ...screenData(caller),
      ...{ templateId, version, current: current.version, savedBy: one?.savedBy, savedAt: one?.savedAt },
      labels: Object.fromEntries(
        service.targets(templateId, own.own ?? []).map(({ target, label }) => [target, label]),
      ),
      rows: mapping.rows.map((row) => ({ target: row.target, ...lineOf(row)! })),
      changes: inLines(changes),
      since: inLines(since),
      written: written.map(({ seq, at, action, subjectType, subjectId, eventId }) => ({
        ...{ seq, at, subjectType, subjectId, eventId },
        label: titleOf(action),
      })),
    })
  }

  const suggestionsFor = async (
    locationId: string,
    templateId: string,
    { rows, eventId }: Work,
  ): Promise<Suggestion[]> => {
    const events = await recent(locationId, { source: 'rankr', types: service.eventTypes(templateId), limit: EVENTS })
    const event = eventId === '' ? undefined : (events.find(({ id }) => id === eventId) ?? events[0])
    const { own = [] } = await ownFields(locationId, templateId)
    const payload = event?.payload ?? service.sample(templateId)
    return service.suggest(templateId, { payload, customFields: own, rows: rows.map(({ row }) => row) })
  }

  /** Whether any row is invalid. */
  const isFaulty = async (locationId: string, templateId: string, work: Work): Promise<boolean> => {
    const { own } = await ownFields(locationId, templateId)
    const rows = work.rows.map(({ row }) => row)
    const looked = await service.look(locationId, templateId, { rows, payload: {}, customFields: own })
    return looked.some(({ problems }) => problems.some(({ kind }) => kind === 'error'))
  }

  return { show, showVersion, saved, isOn, suggestionsFor, isFaulty }
}
