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
    company: { word: 'Company', meaning: 'Who has several accounts and looks after them together.' },
    workspace: { word: 'Workspace', meaning: 'A place in Rankr.' },
    installation: {
      word: 'Installation',
      meaning: 'This app in an account, with the permissions that it was given there.',
    },
    connection: {
      word: 'Connection',
      meaning: 'A workspace joined to an account, with an address for events and a signing secret.',
    },
    customer: {
      word: 'Customer',
      meaning: 'Somebody who buys from you, as Rankr knows them. In {crm} each is a contact.',
    },
    order: {
      word: 'Order, invoice',
      meaning: 'What a customer has ordered, a record in {crm}; what a customer owes, an invoice in {crm}.',
    },
    link: { word: 'Link', meaning: 'The remembered pair of a record in Rankr and its record in {crm}.' },
    sync: {
      word: 'Sync',
      meaning: 'A workflow that comes with the app and is switched on and off: customers, orders, invoices and more.',
    },
    mapping: {
      word: 'Field mapping',
      meaning: 'Which value of Rankr goes to which field of {crm}, and how it is changed on the way.',
    },
    event: {
      word: 'Event',
      meaning: 'A fact that was taken and kept: from Rankr, from {crm}, or from a call of the API.',
    },
    trigger: {
      word: 'Trigger and action',
      meaning: 'An event that something can begin with; a call that can be made. The catalog lists all of them.',
    },
    workflow: { word: 'Workflow', meaning: 'What is done when: a trigger, then steps.' },
    run: { word: 'Run, step, attempt', meaning: 'One workflow for one event; one step of it; one try of that step.' },
    failed: {
      word: 'Failed event, or dead letter',
      meaning:
        'An event that was tried often enough, or can never succeed as it is. It is kept until somebody sends it again or puts it away.',
    },
    route: {
      word: 'Route',
      meaning: 'Events of one account that go to another one. Both sides have agreed, and either one ends it.',
    },
    app: {
      word: 'App, or client',
      meaning:
        'A program that calls the API, with the scopes it was given. On a server it has a secret or keys; in a browser, on a phone or a computer it acts on behalf of people.',
    },
    scope: {
      word: 'Scope',
      meaning: 'What an app may do. None contains another: who may write may not read unless both were given.',
    },
    testKey: { word: 'Test key', meaning: 'A key that begins with rk_test_. It acts on the sandbox only.' },
  },
} as const
