// All tables of the simulated CRM and the file they live in. Knows nothing of HTTP.

import type { BuilderTrigger, BuilderWait } from './builder.ts'
import { createJournal, type Entry, type Rows } from './journal.ts'
import type {
  Appointment,
  Association,
  Calendar,
  Conversation,
  Enrolment,
  FieldFolder,
  Message,
  ObjectField,
  ObjectRecord,
  ObjectSchema,
  Relation,
  Workflow,
} from './object-rows.ts'
import type {
  AuthorizationCode,
  Business,
  Company,
  Contact,
  Counter,
  Credential,
  CustomField,
  Delivery,
  Fact,
  Installation,
  Location,
  MediaFile,
  Note,
  Tag,
  Task,
  User,
} from './rows.ts'
import type { Invoice, Opportunity, Pipeline, Price, Product } from './sales-rows.ts'
import { createTable, type Row, type Table } from './table.ts'

export type Snapshot = { format: 'simulated-crm/1'; tables: Rows }

type StateOptions = {
  /** Where rows are kept between starts; without it they are gone with the process. */
  file?: string | undefined
  /** Rows to start from, as `export` gives them. Ignored when the file exists. */
  snapshot?: Snapshot | undefined
}

/** Whom a token or a code belongs to, as an index key. */
export const ownerKey = ({ clientId, locationId, companyId }: Credential): string =>
  `${clientId} ${locationId ?? companyId}`

const inLocation = { location: (row: { locationId: string }) => row.locationId }
const ofContact = { ...inLocation, contact: (row: { contactId: string }) => row.contactId }

/** The tables, filled from the file or the snapshot; `isNew` when both were absent. */
export const createState = ({ file, snapshot }: StateOptions) => {
  const tables: Table<Row>[] = []
  function* entries(): Iterable<Entry> {
    for (const table of tables) for (const row of table.all()) yield [table.name, row.id, row]
  }
  const journal = createJournal({ file, rows: entries })

  const table = <R extends Row, I extends string>(
    name: string,
    indexes: Record<I, (row: R) => string | undefined>,
  ): Table<R, I> => {
    const made = createTable<R, I>({ name, indexes, record: journal.record })
    tables.push(made as unknown as Table<Row>)
    return made
  }

  const all = {
    companies: table<Company, never>('companies', {}),
    locations: table('locations', { company: (row: Location) => row.companyId }),
    users: table('users', { company: (row: User) => row.companyId }),
    installations: table('installations', {
      location: (row: Installation) => row.locationId,
      company: (row: Installation) => (row.locationId ? undefined : row.companyId),
    }),
    codes: table('codes', { owner: ownerKey as (row: AuthorizationCode) => string }),
    accessTokens: table('accessTokens', { owner: ownerKey }),
    refreshTokens: table('refreshTokens', { owner: ownerKey }),
    contacts: table('contacts', {
      location: (row: Contact) => row.locationId,
      email: (row: Contact) => row.email && `${row.locationId} ${row.email}`,
      phone: (row: Contact) => row.phone && `${row.locationId} ${row.phone}`,
      business: (row: Contact) => row.businessId,
    }),
    notes: table<Note, 'location' | 'contact'>('notes', ofContact),
    tasks: table<Task, 'location' | 'contact'>('tasks', ofContact),
    tags: table('tags', {
      location: (row: Tag) => row.locationId,
      name: (row: Tag) => `${row.locationId} ${row.name}`,
    }),
    customFields: table('customFields', {
      location: (row: CustomField) => row.locationId,
      key: (row: CustomField) => `${row.locationId} ${row.fieldKey}`,
    }),
    businesses: table<Business, 'location'>('businesses', inLocation),
    pipelines: table<Pipeline, 'location'>('pipelines', inLocation),
    opportunities: table('opportunities', {
      location: (row: Opportunity) => row.locationId,
      contactInPipeline: (row: Opportunity) => `${row.contactId} ${row.pipelineId}`,
    }),
    invoices: table<Invoice, 'location'>('invoices', inLocation),
    products: table<Product, 'location'>('products', inLocation),
    prices: table('prices', { product: (row: Price) => row.product }),
    objects: table('objects', {
      location: (row: ObjectSchema) => row.locationId,
      key: (row: ObjectSchema) => `${row.locationId} ${row.key}`,
    }),
    objectFields: table('objectFields', {
      object: (row: ObjectField) => `${row.locationId} ${row.objectKey}`,
      key: (row: ObjectField) => `${row.locationId} ${row.fieldKey}`,
    }),
    fieldFolders: table('fieldFolders', { object: (row: FieldFolder) => `${row.locationId} ${row.objectKey}` }),
    records: table('records', { object: (row: ObjectRecord) => `${row.locationId} ${row.objectKey}` }),
    associations: table('associations', {
      location: (row: Association) => row.locationId,
      key: (row: Association) => `${row.locationId} ${row.key}`,
    }),
    relations: table('relations', {
      association: (row: Relation) => row.associationId,
      first: (row: Relation) => row.firstRecordId,
      second: (row: Relation) => row.secondRecordId,
      pair: (row: Relation) => `${row.associationId} ${row.firstRecordId} ${row.secondRecordId}`,
    }),
    conversations: table<Conversation, 'location' | 'contact'>('conversations', ofContact),
    messages: table('messages', {
      location: (row: Message) => row.locationId,
      conversation: (row: Message) => row.conversationId,
    }),
    calendars: table<Calendar, 'location'>('calendars', inLocation),
    appointments: table('appointments', {
      ...ofContact,
      calendar: (row: Appointment) => row.calendarId,
    }),
    mediaFiles: table<MediaFile, 'location'>('mediaFiles', inLocation),
    workflows: table<Workflow, 'location'>('workflows', inLocation),
    builderTriggers: table<BuilderTrigger, 'location'>('builderTriggers', inLocation),
    builderWaits: table<BuilderWait, 'location'>('builderWaits', inLocation),
    enrolments: table('enrolments', {
      location: (row: Enrolment) => row.locationId,
      pair: (row: Enrolment) => `${row.contactId} ${row.workflowId}`,
    }),
    deliveries: table('deliveries', { state: (row: Delivery) => row.state }),
    counters: table<Counter, never>('counters', {}),
    facts: table<Fact, never>('facts', {}),
  }

  const loaded = journal.load()
  const source: Iterable<readonly [string, Iterable<unknown>]> = loaded
    ? [...loaded].map(([name, rows]) => [name, rows.values()] as const)
    : Object.entries(snapshot?.tables ?? {})
  const byName = new Map(tables.map((each) => [each.name, each]))
  for (const [name, rows] of source) for (const row of rows) byName.get(name)?.restore(row as Row)

  return {
    ...all,
    isNew: !loaded && !snapshot,
    /** Runs `work`; its changes reach the file as one line. */
    change: journal.change,
    /** Counts one effective write, for tests of exactly-once. */
    count(kind: string): void {
      all.counters.put({ id: kind, value: (all.counters.get(kind)?.value ?? 0) + 1 })
    },
    /** Every row as plain data. */
    export: (): Snapshot => ({
      format: 'simulated-crm/1',
      tables: structuredClone(Object.fromEntries(tables.map((each) => [each.name, [...each.all()]]))),
    }),
    close: journal.close,
  }
}

export type State = ReturnType<typeof createState>
