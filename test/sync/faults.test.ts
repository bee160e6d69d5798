// A process may die at any moment of a run. Here it "dies" at every named moment in turn: its work stops there for good,
// another node takes over, and what has been done in the CRM is counted.

import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { openDatabase } from '../relay/kit.ts'
import { createDyingWorld, dieAtEach } from './die-everywhere.ts'
import { customerEvent, emptyAll, LOCATION } from './kit.ts'

const db = await openDatabase(after)

const createLives = async (t: TestContext) => {
  const { survivor, dieAt, goOnAt, crm, isAllWell } = await createDyingWorld(t, db)

  /** A customer comes and goes; the process ends at moment number `at` as `how` does it. Answers the moments that were passed. */
  const liveWith =
    (how: (at: number) => Promise<string[]>, name: string) =>
    async (at: number): Promise<string[]> => {
      await emptyAll(db)
      await survivor.enableCustomers()
      const email = `${name}${at}@example.com`.toLowerCase()
      const customer = { id: `cus_${name}_${at}`, email, name: 'Maya Okafor', tags: ['growth'] }
      await survivor.accept.accept(customerEvent('created', customer))
      await survivor.accept.accept(customerEvent('deleted', customer))
      const passed = await how(at)

      const contacts = [...crm.state.contacts.all()].filter((contact) => contact.email === email)
      const moment = `${name} at ${at}, ${passed[at]}`
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
      // Who has made it and who has found it may both say so.
      assert.equal(new Set(made.map(({ details }) => details.noteId)).size, 2, `notes in the audit ${moment}`)
      if (how === dieAt) assert.equal(made.length, 2, `audit entries ${moment}`)
      return passed
    }

  return { liveWith, dieAt, goOnAt }
}

test('wherever a process dies, each event takes effect once in the CRM', async (t) => {
  const { liveWith, dieAt } = await createLives(t)
  await dieAtEach(liveWith(dieAt, 'dead'))
})

test('wherever a process is taken for dead that lives, what it goes on with takes no effect a second time', async (t) => {
  const { liveWith, goOnAt } = await createLives(t)
  await dieAtEach(liveWith((at) => goOnAt(at, { hears: true }), 'told'))
  await dieAtEach(liveWith((at) => goOnAt(at, { hears: false }), 'untold'))
})
