// A process may die at any moment of a run. Here it "dies" at every named moment in turn: its work stops there for good,
// another node takes over, and what has been done in the CRM is counted.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createClock, openDatabase } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import { createMortals } from './die-everywhere.ts'
import { createSync, customerEvent, emptyAll, LOCATION } from './kit.ts'

const db = await openDatabase(after)

test('wherever a process dies, each event takes effect once in the CRM', async (t) => {
  const clock = createClock()
  const { crm, url, locationToken } = await startCrm(t, {
    now: clock.now,
    limits: { burst: 1_000_000, daily: 1_000_000 },
  })
  const token = await locationToken()
  const nodeOf = (fault: (point: string) => void | Promise<void>, id: string) => {
    const sync = createSync({ db, crmUrl: url, token, clock, fault, drainOver: { nodeId: () => id } })
    t.after(sync.close)
    return sync
  }
  const { survivor, dieAt } = createMortals({ node: nodeOf, clock })

  /** A customer comes and goes; the process dies at moment number `at`. Answers the moments that were passed. */
  const live = async (at: number): Promise<string[]> => {
    await emptyAll(db)
    await survivor.enableCustomers()
    const email = `c${at}@example.com`.toLowerCase()
    const customer = { id: `cus_${at}`, email, name: 'Maya Okafor', tags: ['growth'] }
    await survivor.accept.accept(customerEvent('created', customer))
    await survivor.accept.accept(customerEvent('deleted', customer))
    const passed = await dieAt(at)

    const contacts = [...crm.state.contacts.all()].filter((contact) => contact.email === email)
    const moment = `after dying at ${at}, ${passed[at]}`
    assert.equal(contacts.length, 1, `contacts ${moment}`)
    const [contact] = contacts
    assert.deepEqual(contact?.tags.toSorted(), ['deleted in rankr', 'growth', 'rankr'], `tags ${moment}`)
    const notes = [...crm.state.notes.by('contact', contact!.id)]
    assert.equal(notes.length, 2, `notes ${moment}`)
    const { rows: runs } = await db.pool.query<{ status: string }>('select status from runs')
    assert.deepEqual(runs, [{ status: 'done' }, { status: 'done' }], `runs ${moment}`)
    const { rows: left } = await db.pool.query(`select from parked_events union all select from dead_letters`)
    assert.equal(left.length, 0, `left over ${moment}`)
    const link = await survivor.links.find(LOCATION, 'customer', customer.id)
    assert.equal(link?.crmId, contact?.id, `link ${moment}`)
    const { ok } = await survivor.audit.verify(LOCATION)
    assert.equal(ok, true, `audit ${moment}`)
    const made = (await survivor.audit.list(LOCATION)).filter(({ action }) => action === 'contact.noted')
    assert.equal(made.length, 2, `audit entries ${moment}`)
    return passed
  }

  const moments = await live(Number.POSITIVE_INFINITY)
  for (const wanted of ['drain.acquired', 'before action', 'marked', 'after action', 'before commit', 'after commit']) {
    assert.ok(moments.includes(wanted), wanted)
  }
  for (let at = 0; at < moments.length; at++) await live(at)
})
