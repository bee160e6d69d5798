// Identifiers as the platform makes them: 20 letters and digits, or 24 hexadecimal digits for documents of its payment
// side and for object records.

import { randomBytes } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** 20 random letters and digits: contacts, notes, tasks, opportunities, … */
export const newCrmId = (): string => Array.from(randomBytes(20), (byte) => LETTERS[byte % LETTERS.length]).join('')

/** 24 random hexadecimal digits: invoices, products, prices, records, … */
export const newDocumentId = (): string => randomBytes(12).toString('hex')
