// English of the built-in workflow `revenue` and of its screen.

export const syncsRevenueEn = {
  title: 'Revenue is attributed',
  lead: 'What customers bring in is noted with its source and campaign, shown under Revenue, and summed up on the contact.',
  options: {
    contactFields: {
      label: 'Fill fields of the contact',
      help: 'Sum per currency, number of payments and orders, last payment and order, first and last source, medium and campaign. Missing fields are added.',
    },
    pipelineId: {
      label: 'Pipeline for the value of customers',
      help: 'One opportunity for each customer has all that the customer brought in as its value. None: no opportunities.',
    },
  },
} as const

export const revenueEn = {
  title: 'Revenue',
  lead: 'What customers brought in, and which source or campaign it is owed to. What brought a customer before these days counts, too.',
  sum: '{amount} {currency} in these days',
  by: 'By',
  model: 'Owed to',
  currency: 'Currency',
  dimensions: { source: 'Source', campaign: 'Campaign', month: 'Month' },
  models: { 'last-touch': 'The last touch', 'first-touch': 'The first touch', linear: 'All touches alike' },
  amount: 'Amount',
  records: 'Records',
  share: 'Share',
  shareOf: 'Share of {key}',
  unknown: 'Not known',
  madeOf: 'What {key} is made of: {amount} {currency}',
  more: { one: 'And one more; the export has all.', other: 'And {count} more; the export has all.' },
  partial: 'There is more in these days than is added up here. Choose fewer days.',
  emptyTitle: 'No revenue in these days',
  emptyText: 'Switch the revenue sync on, or choose other days.',
} as const
