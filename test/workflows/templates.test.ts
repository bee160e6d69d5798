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
  customers: [2, 'ndWq-IdvO_a6'],
  'customers-back': [1, 'h4CIR_gEi0h4'],
  orders: [3, 'pdMb2TGca7G8'],
  invoices: [2, 'BUC_xTrtzJPR'],
  'invoices-back': [2, 'sqPDNOQLAW0e'],
  revenue: [2, 'KA0YVZnIWytz'],
  tickets: [2, 'qnIei3gupvn2'],
  'tickets-back': [2, 'h7-Wh-M-Jx_A'],
  welcome: [4, 'ixp13UEpYE6u'],
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
