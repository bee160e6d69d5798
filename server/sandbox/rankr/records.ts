// What the simulated Rankr keeps. Types only; the shapes are those of Rankr's own API.

export type Customer = {
  id: string
  email: string
  name: string
  phone?: string
  company?: string
  tags?: string[]
  [field: string]: unknown
}

type LineItem = { sku?: string; name: string; quantity: number; price: number }

export type Order = {
  order_id: string
  customer_id: string
  /** In units of the currency, not in cents. */
  total: number
  currency: string
  status: string
  line_items: LineItem[]
  [field: string]: unknown
}

export type Invoice = {
  invoice_id: string
  customer_id: string
  /** In units of the currency, not in cents. */
  amount: number
  currency: string
  status: string
  due_date?: string
  line_items?: LineItem[]
  [field: string]: unknown
}

export type User = { user_id: string; email: string; name: string; [field: string]: unknown }

/** A fault that Rankr found on a customer's site. */
export type Issue = { issue_id: string; customer_id: string; title: string; status: string; [field: string]: unknown }

export type Records = {
  customers: Customer[]
  orders: Order[]
  invoices: Invoice[]
  users: User[]
  issues: Issue[]
}

/** Where events go: what a person copies from the settings page of the other side. */
export type Connection = {
  id: string
  name: string
  webhookUrl: string
  signingSecret: string
  /** With these the other side may call the API; workspaces kept from before have none until they are connected again. */
  clientId?: string
  clientSecret?: string
  connectedAt: string
}

type Attempt = { at: string; status: number | null; code: string; milliseconds: number }

/** One event on its way to one connection, with every try. `body` is the exact text that was signed. */
export type Delivery = {
  id: string
  connectionId: string
  type: string
  record: string
  body: string
  state: 'sending' | 'delivered' | 'retrying' | 'failed'
  attempts: Attempt[]
  createdAt: string
  nextAt: string | null
}

export type Note = { note_id: string; customer_id: string; body: string; created_at: string }

export type Workspace = Records & {
  /** Newest first. */
  notes?: Note[]
  nextNumber: number
  apiKey: string
  /** For whoever connects another system by hand: what a person copies from Rankr's page. */
  apiAccess?: { clientId: string; clientSecret: string }
  connections: Connection[]
  /** Newest first, at most DELIVERIES_KEPT. */
  deliveries: Delivery[]
}
