// English of the built-in workflow `orders` and of its screen.

export const syncsOrdersEn = {
  title: 'Orders become records',
  lead: 'An order from Rankr becomes a record linked to its customer, with status, total and items, and stays up to date. An order that arrives before its customer waits for it.',
  options: {
    pipelineId: {
      label: 'Pipeline for opportunities',
      help: 'One opportunity follows each order. None: no opportunities.',
    },
    stageId: { label: 'Stage they start in', help: 'If none is chosen: the first stage of the pipeline.' },
    wonStageId: {
      label: 'Stage once an order is paid',
      help: 'If none is chosen: it stays where people have moved it.',
    },
    lostStageId: {
      label: 'Stage once an order is cancelled or refunded',
      help: 'If none is chosen: it stays where people have moved it.',
    },
    products: {
      label: 'Find or create products',
      help: 'Each item with an article number (SKU) becomes a product with its price, unless there is one.',
    },
    waitMinutes: {
      label: 'Minutes to wait for the customer',
      help: 'After that, the contact is created from the data of the order.',
    },
  },
} as const

export const ordersEn = {
  title: 'Place for orders',
  lead: 'Orders are kept as records of a custom object in {crm}. This page makes sure that it exists.',
  back: 'Syncs',
  ready: 'All set',
  readyText: 'Orders go into the custom object "Orders" and are linked to their contacts.',
  missing: 'One step is left',
  missingText:
    'The custom object for orders does not exist yet. Until it does, orders are kept as notes on their contacts; they are moved as soon as it is created.',
  step1: 'In {crm}, open Settings, then Objects, and add a custom object.',
  step2: 'Name it "Order" (singular) and "Orders" (plural), and give it the internal name below.',
  step3: 'Name its first field "Order number", as a single line of text.',
  step4: 'Come back and check again. The other fields and the link to contacts are added for you.',
  key: 'Internal name',
  failed: 'The check failed',
  check: 'Check again',
  noPlace: 'Orders have no place in {crm} yet',
  noPlaceText: 'Until one is created, they are kept as notes on their contacts.',
  makePlace: 'Create a place for orders',
  waiting: { one: 'One order waits as a note', other: '{count} orders wait as notes' },
  moving: 'They are being moved to their place.',
} as const
