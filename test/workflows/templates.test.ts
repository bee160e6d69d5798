import assert from 'node:assert/strict'
import test from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { checkWorkflow } from '../../server/workflows/check.ts'
import { workflowDocument } from '../../server/workflows/document.ts'
import { templates } from '../../server/workflows/templates/index.ts'

for (const { id, document, form, options } of templates) {
  test(`the built-in workflow "${id}" may be published as it is`, () => {
    assert.deepEqual(workflowDocument.parse(document), document)
    assert.deepEqual(checkWorkflow(document, { action, trigger }), [])
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
