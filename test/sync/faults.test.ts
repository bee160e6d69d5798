// A process may die at any moment of a run. Here it "dies" at every named moment in turn: its work stops there for good,
// another node takes over, and what has been done in the CRM is counted.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { openDatabase } from '../relay/kit.ts'
import { createDyingWorld, dieAtEach } from './die-everywhere.ts'
import { customerEvent, emptyAll, LOCATION } from './kit.ts'

const db = await openDatabase(after)

test('wherever a process dies, each event takes effect once in the CRM', async (t) => {
  const { survivor, dieAt, crm, isAllWell } = await createDyingWorld(t, db)

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
    await isAllWell(moment)
    const link = await survivor.links.find(LOCATION, 'customer', customer.id)
    assert.equal(link?.crmId, contact?.id, `link ${moment}`)
    const made = (await survivor.audit.list(LOCATION)).filter(({ action }) => action === 'contact.noted')
    assert.equal(made.length, 2, `audit entries ${moment}`)
    return passed
  }

  await dieAtEach(live)
})
