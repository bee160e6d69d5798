// A process of its own with a real database and a real HTTP connection, for the test of two at once.
// Arguments: JSON { databaseUrl, apiUrl, key, tenantId }. Says "ready", waits for "go", answers with the token it got.

import { createCrmHttp } from '../../server/highlevel/http.ts'
import { createOAuth } from '../../server/highlevel/oauth.ts'
import { createTokens } from '../../server/highlevel/tokens.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createInstallations } from '../../server/store/installations.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createRemembering, silent } from './surroundings.ts'

const { databaseUrl, apiUrl, key, tenantId } = JSON.parse(process.argv[2]!)
const now = () => new Date()
const db = createDatabase({ url: databaseUrl })
const http = createCrmHttp({ apiUrl })
const oauth = createOAuth({
  http,
  clientId: 'app-x',
  clientSecret: 'secret',
  redirectUri: 'http://localhost/oauth/callback',
  now,
})
const installations = createInstallations({
  db,
  seal: createSeal([{ id: 'k', key: Buffer.from(key, 'base64') }]),
})
const { audit, listener } = createRemembering()
const tokens = createTokens({ installations, oauth, audit, listener, now, random: Math.random, log: silent })

process.once('message', async () => {
  const { accessToken } = await tokens.tokenFor(tenantId)
  process.send!({ accessToken })
  await tokens.close()
  http.close()
  await db.close()
  process.disconnect()
})
process.send!('ready')
