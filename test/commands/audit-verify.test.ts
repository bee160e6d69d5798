import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { createAudit } from '../../server/store/audit.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createTestDatabase } from '../database.ts'

const verify = async (url: string, ...tenants: string[]): Promise<{ code: number; output: string }> => {
  const script = fileURLToPath(new URL('../../server/commands/audit-verify.ts', import.meta.url))
  const child = spawn(process.execPath, [script, ...tenants], { env: { PATH: process.env.PATH, DATABASE_URL: url } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const [code] = await once(child, 'close')
  return { code, output }
}

test('the command names every chain and says which one is broken', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = createDatabase({ url })
  t.after(() => db.close())
  const audit = createAudit({ db, now: () => new Date() })
  for (const tenant of ['L1', 'L2']) {
    await audit.record(tenant, { actor: { type: 'system' }, action: 'a.b', subject: { type: 'x' } })
  }
  const whole = await verify(url)
  assert.equal(whole.code, 0, whole.output)
  assert.match(whole.output, /ok +L1 +1 entries\nok +L2 +1 entries\nAll 2 chains are whole\./)

  await db.pool.query(`update audit set action = 'c.d' where location_id = 'L2'`)
  const broken = await verify(url)
  assert.equal(broken.code, 1)
  assert.match(broken.output, /ok +L1 .*\nBROKEN +L2 +at entry 1\n1 of 2 chains are broken\./)
  assert.equal((await verify(url, 'L1')).code, 0)
})
