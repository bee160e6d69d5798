// All built-in workflows.

import { customersTemplate } from './customers.ts'
import type { Template } from './template.ts'

export const templates: readonly Template[] = [customersTemplate]

/** The template with this id, or undefined. */
export const template = (id: string): Template | undefined => templates.find((one) => one.id === id)
