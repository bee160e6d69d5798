// The quick start: steps with examples, which a test runs in order as written.

export type Example = { language: 'curl' | 'TypeScript'; code: string }

export type QuickStep = {
  id: string
  title: string
  text: string
  /** Shown but not run: it needs a person. */
  shown?: string
  examples: Example[]
}

/** An example as a shell command. */
export const curl = (code: string): Example => ({ language: 'curl', code })
/** An example in TypeScript. */
export const typescript = (code: string): Example => ({ language: 'TypeScript', code })

const KEY = '-H "Authorization: Bearer $RANKR_KEY"'
const JSON_BODY = '-H "Content-Type: application/json"'

/** The preamble of each TypeScript example. */
const caller = (publicUrl: string): string => `import { env } from 'node:process'

const call = async (method: string, path: string, body?: object) => {
  const response = await fetch(\`${publicUrl}\${path}\`, {
    method,
    headers: {
      Authorization: \`Bearer \${env.RANKR_KEY}\`,
      ...(body ? { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(\`\${answer.code}: \${answer.detail} (\${answer.requestId})\`)
  return answer
}`

/** `publicUrl` is where the examples call. */
export const quickStart = (publicUrl: string): QuickStep[] => stepsOf(publicUrl, caller(publicUrl))

const stepsOf = (publicUrl: string, call: string): QuickStep[] => [
  {
    id: 'key',
    title: 'Get a key',
    text: 'Open the settings of the app, choose Developers, and create an app with the scopes customers.read, customers.write, orders.read, orders.write, invoices.read, invoices.write and events.read. Create a key for it and export it in your shell. The key is shown only once.',
    examples: [],
  },
  {
    id: 'create',
    title: 'Create a customer',
    text: 'The customer is matched by id, then e-mail, then phone. The status is 201 for a new customer and 200 for an existing one. With an Idempotency-Key you can safely send the call again.',
    examples: [
      curl(`curl --fail-with-body "${publicUrl}/v1/customers" ${KEY} \\
  ${JSON_BODY} -H "Idempotency-Key: signup-10482" \\
  -d '{"id":"cus_10482","email":"maya.okafor@example.com","name":"Maya Okafor","tags":["customer"]}'`),
      typescript(`${call}

const customer = await call('POST', '/v1/customers', {
  id: 'cus_10483',
  email: 'jonas.weber@example.com',
  name: 'Jonas Weber',
})
console.log(customer.id, customer.links.contact_id)

const { data } = await call('GET', '/v1/customers?email=jonas.weber@example.com&fields=id,name')
console.log(data)`),
    ],
  },
  {
    id: 'read',
    title: 'Read it',
    text: 'Read the whole customer or only the members you need. The ETag header identifies this version of the customer.',
    examples: [curl(`curl --fail-with-body -i "${publicUrl}/v1/customers/cus_10482?fields=id,name,tags" ${KEY}`)],
  },
  {
    id: 'change',
    title: 'Change it without overwriting others',
    text: 'Send the ETag in If-Match. If someone has changed the customer since, the response is 412 and nothing is written.',
    examples: [
      curl(`ETAG=$(curl -s -D - -o /dev/null "${publicUrl}/v1/customers/cus_10482" ${KEY} \\
  | tr -d '\\r' | sed -n 's/^ETag: //Ip')
curl --fail-with-body -X PATCH "${publicUrl}/v1/customers/cus_10482" ${KEY} \\
  ${JSON_BODY} -H "If-Match: $ETAG" -d '{"first_name":"Maia"}'`),
    ],
  },
  {
    id: 'list',
    title: 'List customers',
    text: 'Filter, sort, and follow next_cursor from page to page. New customers appear in lists after a few seconds.',
    examples: [
      curl(`curl --fail-with-body "${publicUrl}/v1/customers?sort=-updated_at&limit=10&fields=id,email" ${KEY}`),
    ],
  },
  {
    id: 'order',
    title: 'Create an order',
    text: 'The order is matched by its id. The status is 201 for a new order and 200 for an existing one. A customer that does not exist yet is created from customer_email and customer_phone. If the account has no place for orders yet, the order is kept as a note (state: waiting). PATCH changes only the members you send.',
    examples: [
      curl(`curl --fail-with-body "${publicUrl}/v1/orders" ${KEY} ${JSON_BODY} \\
  -d '{"order_id":"ord_5521","customer_id":"cus_10482","total":129.9,"currency":"USD","status":"paid",
       "placed_on":"2026-03-02","line_items":[{"name":"Growth plan","sku":"GROWTH-1","price":129.9}]}'
curl --fail-with-body -X PATCH "${publicUrl}/v1/orders/ord_5521" ${KEY} ${JSON_BODY} -d '{"status":"shipped"}'`),
      typescript(`${call}

const order = await call('POST', '/v1/orders', {
  order_id: 'ord_5522',
  customer_id: 'cus_10483',
  total: 59,
  currency: 'EUR',
  status: 'open',
  line_items: [{ name: 'Starter plan', quantity: 1, price: 59 }],
})
console.log(order.order_id, order.state)

const { status } = await call('PATCH', '/v1/orders/ord_5522', { status: 'paid' })
console.log(status)`),
    ],
  },
  {
    id: 'invoice',
    title: 'Bill a customer',
    text: 'The invoice is a draft until it is sent. Amounts are in units of the currency. A customer that does not exist yet is created from customer_email and customer_phone. A payment with a payment_id is recorded only once, however often it is sent.',
    examples: [
      curl(`curl --fail-with-body "${publicUrl}/v1/invoices" ${KEY} ${JSON_BODY} \\
  -d '{"invoice_id":"inv_2077","customer_id":"cus_10482","customer_phone":"+14155550132","customer_email":"maya.okafor@example.com",
       "amount":129.9,"currency":"USD","line_items":[{"name":"Growth plan","price":129.9}]}'
curl --fail-with-body "${publicUrl}/v1/invoices/inv_2077/send" ${KEY} ${JSON_BODY} -d '{"by":"email"}'
curl --fail-with-body "${publicUrl}/v1/invoices/inv_2077/payments" ${KEY} ${JSON_BODY} \\
  -d '{"amount":50,"payment_id":"pay_71","method":"bank_transfer"}'`),
      typescript(`${call}

const invoice = await call('POST', '/v1/invoices', {
  invoice_id: 'inv_2078',
  customer_id: 'cus_10483',
  customer_email: 'jonas.weber@example.com',
  customer_phone: '+14155550133',
  amount: 59,
  currency: 'EUR',
  line_items: [{ name: 'Starter plan', price: 59 }],
})
await call('POST', \`/v1/invoices/\${invoice.invoice_id}/send\`, { by: 'email' })

const paid = await call('POST', '/v1/invoices/inv_2078/payments', { amount: 59, payment_id: 'pay_72' })
console.log(paid.invoice_id, paid.status, paid.amount_due)`),
    ],
  },
  {
    id: 'later',
    title: 'Process calls in the background',
    text: 'With Prefer: respond-async the call is stored and answered at once. Read status_url for its result.',
    examples: [
      curl(`STATUS_URL=$(curl -s "${publicUrl}/v1/customers" ${KEY} ${JSON_BODY} \\
  -H "Prefer: respond-async" -d '{"id":"cus_10484","email":"ana.ruiz@example.com"}' \\
  | sed 's/.*"status_url":"\\([^"]*\\)".*/\\1/')
curl --fail-with-body "$STATUS_URL" ${KEY}`),
    ],
  },
  {
    id: 'token',
    title: 'Use access tokens instead of a key',
    text: 'Exchange the client id and secret of your app for a token that is valid for 15 minutes, with all of its scopes or only those you request. See Authentication for other methods, including a private key.',
    examples: [
      curl(`TOKEN=$(curl -s -u "$CLIENT_ID:$CLIENT_SECRET" "${publicUrl}/oauth/token" \\
  -d grant_type=client_credentials -d scope=customers.read \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl --fail-with-body "${publicUrl}/v1/customers/cus_10482" -H "Authorization: Bearer $TOKEN"`),
    ],
  },
  {
    id: 'people',
    title: 'Act on behalf of a person',
    text: 'Send people to the consent page with a fresh code challenge (PKCE, S256) and exchange the code within a minute. An app on a server authenticates with its secret. An app in a browser, on a phone or on a computer has no secret (create it as such an app) and sends only its client_id. Each refresh token works once: store the new one each time. Using one again ends the access; only an app on a server may repeat it within half a minute if the response was lost. An app on the machine of its user may listen on any port of http://127.0.0.1.',
    shown: `# 1. open in the user's browser
${publicUrl}/oauth/authorize?response_type=code&client_id=$CLIENT_ID&scope=customers.read
  &redirect_uri=http://127.0.0.1:51004/back&state=$STATE&code_challenge=$CHALLENGE&code_challenge_method=S256
# 2. check state and iss at your redirect address, then
curl "${publicUrl}/oauth/token" -d grant_type=authorization_code -d client_id=$CLIENT_ID \\
  -d code=$CODE -d redirect_uri=http://127.0.0.1:51004/back -d code_verifier=$VERIFIER
# 3. later
curl "${publicUrl}/oauth/token" -d grant_type=refresh_token -d client_id=$CLIENT_ID -d refresh_token=$REFRESH_TOKEN`,
    examples: [],
  },
  {
    id: 'delete',
    title: 'Delete a customer',
    text: 'Depending on the settings of the account, the contact is tagged and gets a note, or is deleted. The member outcome says which.',
    examples: [curl(`curl --fail-with-body -X DELETE "${publicUrl}/v1/customers/cus_10482" ${KEY}`)],
  },
]
