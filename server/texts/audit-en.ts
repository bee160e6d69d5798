// English of the audit: who changed what.

export const auditEn = {
  tab: 'Audit',
  title: 'Audit',
  intro:
    'Who changed what, and when: data, settings, keys and access. Entries are chained, so that a change to them shows.',
  search: 'Search',
  by: 'By',
  from: 'From',
  to: 'To',
  export: 'Export as CSV',
  what: 'What',
  record: 'Record',
  event: 'The event that led to it',
  emptyTitle: 'Nothing has been changed yet',
  emptyText: 'As soon as something is written or set, it is listed here for good.',
  noMatchTitle: 'No entry matches',
  noMatchText: 'Search for another word or choose other days.',
  actors: {
    user: 'A person',
    system: 'This app',
    client: 'An app of yours',
    crm: '{Crm}',
    rankr: 'Rankr',
    operator: 'The operator',
  },
} as const
