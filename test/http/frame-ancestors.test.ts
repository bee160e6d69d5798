import assert from 'node:assert/strict'
import test from 'node:test'
import { createFrameAncestors } from '../../server/http/frame-ancestors.ts'
import { now } from './serve.ts'

type Placed = { companyId: string | null; whiteLabelDomain: string | null }

const rig = (tenants: Record<string, Placed>) => {
  const asked: string[] = []
  const parents = createFrameAncestors({
    platformOrigins: ['https://app.platform.example'],
    find: async (id) => {
      asked.push(id)
      return tenants[id]
    },
    whiteLabelDomains: async () => ['one.example', 'two.example'],
    now,
  })
  return { ...parents, asked }
}

test('an account may be framed by the platform, its own domain and its company’s', async () => {
  const { frameAncestors } = rig({
    loc_1: { companyId: 'comp_1', whiteLabelDomain: null },
    comp_1: { companyId: null, whiteLabelDomain: 'crm.brand.example' },
    loc_2: { companyId: null, whiteLabelDomain: 'https://Brand.example/login' },
    loc_3: { companyId: null, whiteLabelDomain: null },
  })
  assert.deepEqual(await frameAncestors('loc_1'), [
    'https://app.platform.example',
    'https://crm.brand.example',
    'https://app.crm.brand.example',
  ])
  assert.deepEqual(await frameAncestors('loc_2'), [
    'https://app.platform.example',
    'https://brand.example',
    'https://app.brand.example',
  ])
  assert.deepEqual(await frameAncestors('loc_3'), ['https://app.platform.example'])
})

test('a page that does not say which account it is for may be framed by every domain in use', async () => {
  const { frameAncestors } = rig({})
  assert.deepEqual(await frameAncestors(undefined), [
    'https://app.platform.example',
    'https://one.example',
    'https://app.one.example',
    'https://two.example',
    'https://app.two.example',
  ])
  assert.deepEqual(await frameAncestors('loc_unknown'), await frameAncestors(undefined))
})

test('what is no host name is no parent', async () => {
  const { frameAncestors } = rig({ loc_1: { companyId: null, whiteLabelDomain: "*; script-src 'unsafe-inline'" } })
  assert.deepEqual(await frameAncestors('loc_1'), ['https://app.platform.example'])
})

test('the database is asked once, until the domain changes', async () => {
  const tenants: Record<string, Placed> = { loc_1: { companyId: null, whiteLabelDomain: null } }
  const { frameAncestors, forget, asked } = rig(tenants)
  await frameAncestors('loc_1')
  await frameAncestors('loc_1')
  assert.deepEqual(asked, ['loc_1'])
  tenants.loc_1 = { companyId: null, whiteLabelDomain: 'brand.example' }
  forget('loc_1')
  assert.ok((await frameAncestors('loc_1')).includes('https://brand.example'))
})
