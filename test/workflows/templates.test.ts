import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { createSay } from '../../server/texts/say.ts'
import { checkWorkflow } from '../../server/workflows/check.ts'
import { workflowDocument } from '../../server/workflows/document.ts'
import { templates } from '../../server/workflows/templates/index.ts'
import { translateDocument } from '../../server/workflows/translate.ts'

/** What each version is: who changes a document raises its version, or accounts keep the old one. */
const VERSIONS: Record<string, [version: number, digest: string]> = {
  customers: [1, 'FpjaRII9Px1s'],
  'customers-back': [1, 'h4CIR_gEi0h4'],
  orders: [2, 'tcu1z6udUUUI'],
  invoices: [1, '0iSRMClz2suK'],
  'invoices-back': [1, 'hC6etyL0rCYe'],
  revenue: [1, 'soP62A0hWphm'],
  tickets: [1, 'iE9BazsmAL44'],
  'tickets-back': [1, 'bFIzL5kYsCw-'],
  welcome: [3, 'IA3Ia-xqNr3l'],
}

const digestOf = (document: unknown): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('base64url').slice(0, 12)

for (const { id, version, document, form, options } of templates) {
  test(`the document of "${id}" is the one of its version`, () => {
    assert.deepEqual([version, digestOf(document)], VERSIONS[id], `raise the version of "${id}" and note it here`)
  })

  test(`the built-in workflow "${id}" may be published as it is, in either language`, () => {
    const spanish = translateDocument(document, createSay('es'))
    assert.notDeepEqual(spanish, document)
    for (const one of [document, spanish]) {
      assert.deepEqual(workflowDocument.parse(one), one)
      assert.deepEqual(checkWorkflow(one, { action, trigger }), [])
    }
  })

  test(`the choices of "${id}" have defaults, and its form shows all of them`, () => {
    assert.deepEqual(form.map(({ key }) => key).sort(), Object.keys(options.parse({})).sort())
  })

  test(`the document of "${id}" reads no other choices than those`, () => {
    const read = [...JSON.stringify(document).matchAll(/"options\.(\w+)/g)].map(([, key]) => key!)
    const known = new Set(form.map(({ key }) => key))
    assert.deepEqual(
      read.filter((key) => !known.has(key)),
      [],
    )
  })
}
