// English of the glossary: each thing has one name, here and everywhere in the product.

export const glossaryEn = {
  title: 'Glossary',
  intro: 'Each thing has one name, here and everywhere in the product.',
  words: {
    account: {
      word: 'Account',
      meaning:
        'A customer’s place in {crm}, with its contacts. Each account has its own settings, apps and data; none sees another’s.',
    },
    company: { word: 'Company', meaning: 'Owns several accounts and manages them together.' },
    workspace: { word: 'Workspace', meaning: 'A place in Rankr.' },
    installation: {
      word: 'Installation',
      meaning: 'This app in an account, with the permissions granted there.',
    },
    connection: {
      word: 'Connection',
      meaning: 'Connects a workspace with an account: a web address for events and a signing secret.',
    },
    customer: {
      word: 'Customer',
      meaning: 'Somebody who buys from you. In {crm} each customer is a contact.',
    },
    order: {
      word: 'Order, invoice',
      meaning: 'What a customer has bought, a record in {crm}; what a customer owes, an invoice in {crm}.',
    },
    link: { word: 'Link', meaning: 'Connects a record in Rankr with its record in {crm}.' },
    sync: {
      word: 'Sync',
      meaning: 'A built-in workflow that you switch on or off: customers, orders, invoices and more.',
    },
    mapping: {
      word: 'Field mapping',
      meaning: 'Which value of Rankr goes to which field of {crm}, and how it is converted.',
    },
    event: {
      word: 'Event',
      meaning: 'Something that happened and was stored: in Rankr, in {crm}, or by an API call.',
    },
    trigger: {
      word: 'Trigger and action',
      meaning:
        'A trigger is an event that starts a workflow; an action is a call it can make. The catalog lists all of them.',
    },
    workflow: { word: 'Workflow', meaning: 'An automation: a trigger, then steps.' },
    run: {
      word: 'Run, step, attempt',
      meaning: 'A run is one workflow for one event, a step is one part of it, an attempt is one try of a step.',
    },
    failed: {
      word: 'Failed event, or dead letter',
      meaning:
        'An event that failed for good: all retries were used up, or it cannot succeed as it is. It is kept until somebody sends it again or dismisses it.',
    },
    route: {
      word: 'Route',
      meaning: 'Sends events of one account to another one. Both sides must agree; either side can end it.',
    },
    app: {
      word: 'App, or client',
      meaning:
        'A program that calls the API, with the scopes it was given. On a server it has a secret or keys; in a browser, on a phone or a computer it acts on behalf of people.',
    },
    scope: {
      word: 'Scope',
      meaning: 'What an app may do. Scopes do not include each other: write access does not include read access.',
    },
    testKey: { word: 'Test key', meaning: 'A key that starts with rk_test_. It works in the sandbox only.' },
  },
} as const
