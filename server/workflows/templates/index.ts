// All built-in workflows.

import { customersTemplate } from './customers.ts'
import { invoicesTemplate } from './invoices.ts'
import { invoicesBackTemplate } from './invoices-back.ts'
import type { Template } from './template.ts'

export const templates: readonly Template[] = [customersTemplate, invoicesTemplate, invoicesBackTemplate]
