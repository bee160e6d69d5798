// A generated Rankr workspace and an account with all syncs on, both over HTTP, and the parts of a backfill between them.

import type { TestContext } from 'node:test'
import { AppError } from '../../../server/errors.ts'
import { generatedRecords, type WorkspaceSize } from '../../../server/sandbox/rankr/generated.ts'
import { createBackfillHeld } from '../../../server/store/backfill-held.ts'
import { createBackfills } from '../../../server/store/backfills.ts'
import type { Database } from '../../../server/store/db.ts'
import type { InstallationStatus } from '../../../server/store/schema.ts'
import type { OwnAction } from '../../../server/sync/action.ts'
import { createBackfillService } from '../../../server/sync/backfill/backfill-service.ts'
import { createBackfillTurn } from '../../../server/sync/backfill/backfill-turn.ts'
import { createSurvey } from '../../../server/sync/backfill/survey.ts'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { ordersTemplate } from '../../../server/workflows/templates/orders.ts'
import { createRankrWorld } from '../../rankr/rankr-world.ts'
import { createClock, drainAll, empty, silent } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, emptyAll, LOCATION, makeOrderObject } from '../kit.ts'
import { createLife } from '../life.ts'

type Fault = (point: string) => void | Promise<void>
type Setting = { size: WorkspaceSize; invoices?: Record<string, unknown> }

const never = new Promise<never>(() => {})
const SURVIVOR = '00000000-0000-4000-8000-000000000002'

export const createBackfillWorld = async (
  t: TestContext,
  db: Database,
  { size, invoices: invoiceOptions = {} }: Setting,
) => {
  await emptyAll(db)
  await empty(db, 'backfills', 'backfill_parts', 'backfill_events', 'backfill_held')
  const clock = createClock()
  const { now } = clock
  const { crm, url, locationToken, companyToken } = await startCrm(t, { now, limits: { burst: 1e6, daily: 1e7 } })
  await makeOrderObject({ url, companyToken })
  const token = await locationToken()
  const { rankr, client, access } = await createRankrWorld(t, {
    now,
    locationId: LOCATION,
    records: generatedRecords(size),
  })
  rankr.control.setLimit(1e6)
  const backfills = createBackfills({ db })
  const installation: { status: InstallationStatus } = { status: 'active' }
  const room = { isFull: false }

  const node = (fault: Fault = () => {}, id = SURVIVOR, life = createLife()) => {
    const own = { 'app.initial-sync.start': ((call) => service.action(call)) satisfies OwnAction }
    const drainOver = { nodeId: () => id }
    const sync = createSync({ db, crmUrl: url, token, clock, fault, settleMs: 200, own, drainOver, life })
    t.after(sync.close)
    const turn = createBackfillTurn({
      backfills,
      rankr: client,
      accept: async (event) => {
        if (room.isFull) throw new AppError('cannot_store_now', { retryAfterSeconds: 30 })
        return await sync.accept.accept(event)
      },
      mailboxes: sync.mailboxes,
      installations: { find: async () => installation as never },
      callsToday: async () => 0,
      survey: createSurvey({
        held: createBackfillHeld({ db }),
        crmOf: (locationId) => async (actionId, input) =>
          (await sync.execute({ locationId, actionId, input, priority: 'bulk' })).output,
        now,
      }),
      now,
      log: silent,
      fault,
    })
    return { ...sync, turn }
  }
  const survivor = node()
  await survivor.enableCustomers({ tags: ['rankr'], note: true })
  await survivor.enable(ordersTemplate)
  await survivor.enable(invoicesTemplate, invoiceOptions)
  const service = createBackfillService({
    db,
    backfills,
    mailboxes: survivor.mailboxes,
    wants: survivor.registry.wants,
    budget: async () => undefined,
    bulkShare: 0.8,
    now,
  })

  const turnOf = async ({ turn }: Pick<ReturnType<typeof node>, 'turn'>) => {
    const { id } = (await backfills.latest(LOCATION))!
    await turn({ locationId: LOCATION, id }, new AbortController().signal)
  }
  const drainBulk = ({ drain }: Pick<ReturnType<typeof node>, 'drain'> = survivor) => drainAll(drain, LOCATION, 'bulk')

  /** Runs `work` in a process that dies at moment number `at` of it; answers whether it did. */
  const dying = async (at: number, work: (mortal: ReturnType<typeof node>) => Promise<unknown>): Promise<boolean> => {
    let [passed, die] = [0, () => {}]
    const life = createLife()
    const death = new Promise<true>((resolve) => {
      die = () => resolve(true)
    })
    const moment = () => {
      if (passed++ < at) return
      life.end()
      die()
      return never
    }
    const mortal = node(moment, '00000000-0000-4000-8000-00000000dead', life)
    const isDead = await Promise.race([work(mortal).then(() => false), death])
    await life.arrived()
    return isDead
  }

  return {
    ...survivor,
    ...{ service, backfills, crm, rankr, access, installation, room, clock, dying, drainBulk },
    start: (kinds = ['customers', 'orders', 'invoices']) =>
      service.start(LOCATION, { kinds, by: 'tester' }, async () => {}),
    turn: (on: Pick<ReturnType<typeof node>, 'turn'> = survivor) => turnOf(on),
    /** Turns and drains until it has ended or waits for a person. */
    async finish() {
      for (let rounds = 0; rounds < 200; rounds++) {
        await turnOf(survivor)
        const progress = (await service.progress(LOCATION))!
        if (progress.status !== 'running' || progress.wait?.why === 'person') return progress
        await drainBulk()
        clock.advance(60_000)
      }
      throw new Error('The backfill does not end')
    },
    progress: async () => (await service.progress(LOCATION))!,
    contacts: () => [...crm.state.contacts.all()].filter(({ email }) => /^customer\.\d+@/.test(email ?? '')),
    orders: () =>
      [...crm.state.records.all()].filter(({ properties }) => String(properties.number).startsWith('ord_g')),
    invoices: () => [...crm.state.invoices.all()].filter(({ invoiceNumber }) => invoiceNumber.startsWith('G-')),
    notes: () => [...crm.state.notes.all()].filter(({ body }) => /^Customer cus_g/.test(String(body))),
    sent: () => [...crm.state.messages.all()].filter(({ direction }) => direction === 'outbound').length,
  }
}
