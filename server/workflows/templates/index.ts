// All built-in workflows.

import { customersTemplate } from './customers.ts'
import type { Template } from './template.ts'

export const templates: readonly Template[] = [customersTemplate]
