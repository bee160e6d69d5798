// English of the built-in workflow `revenue` and of its screen.

export const syncsRevenueEn = {
  title: 'Revenue is attributed',
  lead: 'What customers bring in is recorded with its source and campaign, shown under Revenue, and added up on the contact.',
  options: {
    contactFields: {
      label: 'Fill contact fields',
      help: 'Sum per currency, number of payments and orders, last payment and order, first and last source, medium and campaign. Missing fields are added.',
    },
    pipelineId: {
      label: 'Pipeline for customer value',
      help: 'Each customer gets one opportunity; its value is all that the customer brought in. None: no opportunities.',
    },
  },
} as const

export const revenueEn = {
  title: 'Revenue',
  lead: 'What customers brought in, and which source or campaign it is attributed to. Touches before this period count, too.',
  sum: '{amount} {currency} in this period',
  by: 'By',
  model: 'Attributed to',
  currency: 'Currency',
  dimensions: { source: 'Source', campaign: 'Campaign', month: 'Month' },
  models: { 'last-touch': 'Last touch', 'first-touch': 'First touch', linear: 'All touches equally' },
  amount: 'Amount',
  records: 'Records',
  share: 'Share',
  shareOf: 'Share of {key}',
  unknown: 'Unknown',
  madeOf: 'What {key} is made of: {amount} {currency}',
  more: { one: 'And one more; the export has all.', other: 'And {count} more; the export has all.' },
  partial: 'This period has more records than are added up here. Choose fewer days.',
  emptyTitle: 'No revenue in this period',
  emptyText: 'Switch on the revenue sync, or choose another period.',
} as const
