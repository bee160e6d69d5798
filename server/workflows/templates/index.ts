// All built-in workflows.

import { customersTemplate } from './customers.ts'
import { customersBackTemplate } from './customers-back.ts'
import { invoicesTemplate } from './invoices.ts'
import { invoicesBackTemplate } from './invoices-back.ts'
import { ordersTemplate } from './orders.ts'
import { revenueTemplate } from './revenue.ts'
import type { Template } from './template.ts'
import { ticketsTemplate } from './tickets.ts'
import { ticketsBackTemplate } from './tickets-back.ts'
import { welcomeTemplate } from './welcome.ts'

export const templates: readonly Template[] = [
  customersTemplate,
  customersBackTemplate,
  ordersTemplate,
  invoicesTemplate,
  invoicesBackTemplate,
  revenueTemplate,
  ticketsTemplate,
  ticketsBackTemplate,
  welcomeTemplate,
]
