// The developer portal as a browser meets it, against the really started app with its simulated CRM: signing in, making an
// app, letting it act on one's behalf, and who gets nowhere.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { challengeOf } from '../../../server/api/code-grant.ts'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { LONGEST_MS } from '../../patience.ts'
import { start, temporaryFolder } from '../../process.ts'

const BRAND = /high.?level|\bghl\b|lead.?connector|agency|sub-?account|\blocation/i
const { dental, legal } = SEED.locations

/** A browser: keeps its cookies, follows nothing by itself. */
const createBrowser = (origin: string) => {
  const cookies = new Map<string, string>()
  const send = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { accept: 'text/html', ...(cookie ? { cookie } : {}), ...init.headers }
    const response = await fetch(new URL(path, origin), { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      to: response.headers.get('location') ?? '',
    }
  }
  let csrf = ''
  const get = async (path: string) => {
    const page = await send(path)
    csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? csrf
    return page
  }
  const post = (path: string, fields: Record<string, string | string[]> = {}, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams()
    for (const [name, value] of Object.entries({ csrf, ...fields })) {
      for (const each of [value].flat()) body.append(name, each)
    }
    return send(path, { method: 'POST', body, headers })
  }
  /** Through the CRM's consent page; answers the address of our callback. */
  const agree = async (userId: string, target: string | string[]) => {
    const { to } = await get('/developers/sign-in')
    const [first, ...locations] = [target].flat()
    return (await post(to, { decision: 'allow', userId, target: first!, locations })).to
  }
  const signIn = async (userId: string, target: string | string[]) => get(await agree(userId, target))
  return { cookies, get, post, agree, signIn }
}

test('the portal, from signing in to signing out', { timeout: LONGEST_MS }, async (t) => {
  const app = await start({ DATA_DIR: await temporaryFolder(t), LOG_LEVEL: 'info' })
  t.after(() => app.end())
  const mine = createBrowser(app.url)
  const api = (token: string, path: string) =>
    fetch(`${app.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  let appId = ''
  let secret = ''

  await t.test('who comes without a session is shown where to sign in, in words of no brand', async () => {
    assert.equal((await mine.get('/developers/apps')).to, '/developers')
    const { text, headers } = await mine.get('/developers')
    assert.match(text, /Sign in with your CRM account/)
    assert.doesNotMatch(text.replaceAll(/<[^>]*>/g, ' '), BRAND)
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.match((await mine.get('/developers')).text, /Sign in/)
  })

  await t.test('a callback belongs to the browser that began, once', async () => {
    const callback = await mine.agree(SEED.users.admin, `location:${dental}`)
    const stranger = await createBrowser(app.url).get(callback)
    assert.equal(stranger.status, 400)
    assert.match(stranger.text, /This sign-in is no longer valid[\s\S]*href="\/developers\/sign-in"/)
    const before = mine.cookies.get('portal')
    const done = await mine.get(callback)
    assert.deepEqual([done.status, done.to], [302, '/developers/apps'])
    assert.notEqual(mine.cookies.get('portal'), before, 'a session of before is worth nothing')
    assert.equal((await mine.get(callback)).status, 400)
    const cookie = done.headers.getSetCookie().join()
    assert.match(cookie, /HttpOnly/)
    assert.match(cookie, /SameSite=Lax/)
    assert.equal((await mine.get('/developers/callback?code=x')).status, 400, 'nobody is signed in without a state')
  })

  await t.test('the screens of the settings are there, with the account and a way out', async () => {
    const { text, status } = await mine.get('/developers/apps')
    assert.equal(status, 200)
    assert.match(text, /Adam Admin, Bright Dental/)
    assert.match(text, /action="\/developers\/apps"/)
    assert.doesNotMatch(text, /\/settings\//)
    assert.doesNotMatch(text.replaceAll(/<[^>]*>/g, ' '), BRAND)
    assert.equal((await mine.get('/developers')).to, '/developers/apps')
  })

  await t.test('a form counts only when it comes from our own page', async () => {
    const form = { name: 'Shop', scopes: ['customers.read', 'customers.write'] }
    for (const [fields, headers] of [
      [{ csrf: '' }, {}],
      [{ csrf: 'nonsense' }, {}],
      [{}, { 'sec-fetch-site': 'cross-site' }],
      [{}, { 'sec-fetch-site': 'same-site' }],
    ] as const) {
      assert.equal((await mine.post('/developers/apps', { ...form, ...fields }, headers)).status, 403)
    }
    const made = await mine.post('/developers/apps', form, { 'sec-fetch-site': 'same-origin' })
    assert.equal(made.status, 200, made.text)
    appId = /value="(cl_[\w-]+)"/.exec(made.text)?.[1] ?? ''
    secret = /value="(rks_live_\w+)"/.exec(made.text)?.[1] ?? ''
    assert.ok(appId && secret)
    assert.match((await mine.get('/developers/apps')).text, /Shop/)
  })

  await t.test('a key of it opens the API; a request can be tried out', async () => {
    const made = await mine.post(`/developers/apps/${appId}/keys`, { name: 'Server', scopes: 'customers.read' })
    const key = /value="(rk_live_\w+)"/.exec(made.text)?.[1] ?? ''
    assert.equal((await api(key, '/v1/customers')).status, 200)
    const tried = await mine.post('/developers/apps/try', { app: appId })
    const token = /data-token="([^"]+)"/.exec(tried.text)?.[1] ?? ''
    assert.equal((await api(token, '/v1/customers')).status, 200)
  })

  await t.test('people of another account let it act on their behalf, and end that', async () => {
    const redirect = 'https://shop.example.com/cb'
    const changed = { name: 'Shop', scopes: ['customers.read', 'customers.write'], redirects: redirect }
    assert.equal((await mine.post(`/developers/apps/${appId}`, changed)).status, 200)
    const verifier = randomBytes(32).toString('base64url')
    const asked = new URLSearchParams({
      ...{ response_type: 'code', client_id: appId, redirect_uri: redirect, scope: 'customers.read', state: 's1' },
      ...{ code_challenge: challengeOf(verifier), code_challenge_method: 'S256' },
    })
    const theirs = createBrowser(app.url)
    assert.equal((await theirs.get(`/oauth/authorize?${asked}`)).to, '/developers')
    assert.match((await theirs.get('/developers')).text, /An app wants to act on your behalf/)
    const back = await theirs.signIn(SEED.users.admin, `location:${legal}`)
    assert.equal(back.to, `/oauth/authorize?${asked}`, 'on with what was asked')

    const page = await theirs.get(back.to)
    assert.match(page.text, /Shop wants to act on your behalf/)
    assert.match(page.text, /Nova Legal, as Adam Admin/)
    assert.match(page.text, /made by somebody outside this account/)
    assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self' https:\/\/shop\.example\.com/)
    assert.match(page.text, /href="https:\/\/shop\.example\.com\/cb\?error=access_denied&amp;state=s1&amp;iss=/)
    assert.equal((await theirs.post('/oauth/authorize', { ...Object.fromEntries(asked), csrf: 'x' })).status, 403)
    const elsewhere = { ...Object.fromEntries(asked), redirect_uri: 'https://evil.example.com/' }
    assert.equal((await theirs.post('/oauth/authorize', elsewhere)).status, 403)
    assert.equal((await theirs.get(`/oauth/authorize?${new URLSearchParams(elsewhere)}`)).status, 400)
    const wrong = await theirs.get(
      `/oauth/authorize?${new URLSearchParams({ ...Object.fromEntries(asked), scope: 'x' })}`,
    )
    assert.match(wrong.to, /^https:\/\/shop\.example\.com\/cb\?error=invalid_scope/)

    const { status, to } = await theirs.post('/oauth/authorize', Object.fromEntries(asked))
    const answer = new URL(to).searchParams
    assert.deepEqual([status, answer.get('state'), answer.get('iss')], [303, 's1', app.url])
    const exchanged = await fetch(`${app.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${appId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', code: answer.get('code') ?? '', redirect_uri: redirect },
        code_verifier: verifier,
      }),
    })
    const { access_token: token } = (await exchanged.json()) as { access_token: string }
    const list = (await (await api(token, '/v1/customers?limit=100')).json()) as { data: { name: string }[] }
    assert.ok(
      list.data.some(({ name }) => name === 'Aiko Tanaka'),
      'the customers of Nova Legal',
    )
    assert.ok(!list.data.some(({ name }) => name === 'Maya Chen'), 'and none of Bright Dental')

    const granted = await theirs.get('/developers/apps/granted')
    const end = /action="([^"]+\/end)"/.exec(granted.text)?.[1] ?? ''
    assert.equal((await mine.post(end)).status, 404)
    assert.match((await theirs.post(end)).text, /No connected app/)
    assert.equal((await api(token, '/v1/customers')).status, 401)
    assert.equal((await theirs.get(`/developers/apps/${appId}`)).status, 404, 'the app is not theirs')
  })

  await t.test('somebody of a whole company chooses one of its accounts, and no other', async () => {
    const company = createBrowser(app.url)
    await company.signIn(SEED.users.owner, [`company:${SEED.companyId}`, dental])
    const { text } = await company.get('/developers/apps')
    assert.match(text, /Bright Dental/)
    assert.equal((await company.post('/developers/apps', { name: 'x', scopes: 'customers.read' })).status, 403)
    assert.equal((await company.post('/developers/account', { account: 'SomebodyElse00000001' })).status, 404)
    assert.equal((await company.post('/developers/account', { account: dental })).to, '/developers/apps')
    assert.match((await company.get('/developers/apps')).text, /Shop/)
    assert.equal((await company.post('/developers/accounts')).status, 303)
    assert.doesNotMatch((await company.get('/developers/apps')).text, /Shop/)
  })

  await t.test('signed out is signed out', async () => {
    const held = mine.cookies.get('portal')
    assert.equal((await mine.post('/developers/sign-out')).to, '/developers')
    mine.cookies.set('portal', held ?? '')
    assert.equal((await mine.get('/developers/apps')).to, '/developers')
    assert.equal((await mine.post('/developers/apps', { name: 'x' })).status, 401)
  })
})
