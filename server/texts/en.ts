// English. The keys of this file are the keys of every language.

import { accountsEn } from './accounts-en.ts'
import { auditEn } from './audit-en.ts'
import { backfillEn } from './backfill-en.ts'
import { desksEn } from './desks-en.ts'
import { developerKeysEn, tryRequestEn } from './developer-keys-en.ts'
import { developersEn } from './developers-en.ts'
import { docsEn } from './docs-en.ts'
import { editorEn } from './editor-en.ts'
import { fanOutEn } from './fan-out-en.ts'
import { glossaryEn } from './glossary-en.ts'
import { incomingEn } from './incoming-en.ts'
import { installEn } from './install-en.ts'
import { integrityEn } from './integrity-en.ts'
import { mappingEn } from './mapping-en.ts'
import { portalEn } from './portal-en.ts'
import { revenueEn } from './revenue-en.ts'
import { runsEn } from './runs-en.ts'
import { settingsEn } from './settings-en.ts'
import { syncsEn } from './syncs-en.ts'
import { ordersEn } from './syncs-orders-en.ts'
import { workflowPanelEn } from './workflow-panel-en.ts'
import { workflowsEn } from './workflows-en.ts'

export const en = {
  crm: 'your CRM',
  product: 'Rankr Connect',

  shell: {
    skip: 'Skip to content',
    navigation: 'Settings',
    opening: 'Opening your settings…',
    support: 'Get help',
    docs: 'Documentation',
    theme: 'Theme',
    themeSystem: 'System',
    themeLight: 'Light',
    themeDark: 'Dark',
    noScript: 'This page needs JavaScript. Switch it on in your browser and reload.',
    messages: 'Messages',
  },
  session: {
    unreachableTitle: 'Open this page inside {crm}',
    unreachableDetail:
      'This page shows the settings of one account, and only {crm} can tell us which. Sign in there and open it from the app’s entry in the menu.',
    refusedTitle: 'We could not open your settings',
    offlineTitle: 'No answer from the server',
    offlineDetail: 'Check your connection and try again. Nothing you saved is lost.',
    failedTitle: 'Something went wrong',
    failedDetail: 'Try again. If it happens again, send the request id to support.',
    repeatTitle: 'Please try again',
    repeatDetail: 'Your session was renewed in the meantime, so nothing has been sent yet.',
  },
  navigation: {
    overview: 'Overview',
    connection: 'Rankr',
    desks: 'Support desk',
    syncs: 'Syncs',
    revenue: 'Revenue',
    activity: 'Activity',
    developers: 'Developers',
    permissions: 'Permissions',
    webhooks: 'Webhooks',
    incoming: 'Incoming webhooks',
    routes: 'Routes',
    workflows: 'Workflows',
    mapping: 'Fields',
    keys: 'API keys',
    audit: 'History',
    integrity: 'Data check',
  },
  actions: {
    save: 'Save',
    cancel: 'Cancel',
    close: 'Close',
    dismiss: 'Dismiss',
    retry: 'Try again',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Selected. Press Ctrl+C or ⌘C to copy.',
    reveal: 'Show',
    hide: 'Hide',
    remove: 'Remove',
    refresh: 'Refresh',
    filter: 'Filter',
    clearFilter: 'Clear filters',
    newer: 'Newer',
    older: 'Older',
    back: 'Back',
  },
  confirm: {
    title: 'Are you sure?',
    type: 'To confirm, type',
  },
  states: {
    asTable: 'Show as a table',
    loading: 'Loading…',
    done: 'Done',
    open: 'To do',
    problem: 'Needs attention',
    on: 'On',
    off: 'Off',
    required: 'Required',
    optional: 'Optional',
    never: 'Never',
    none: 'None',
    requestId: 'Request id',
    pages: 'Pages',
    errors: { one: 'One thing needs to be corrected', other: '{count} things need to be corrected' },
    steps: '{done} of {count} done',
    noMatches: 'Nothing matches',
    matches: { one: 'One match', other: '{count} matches' },
  },

  settings: settingsEn,
  syncs: syncsEn,
  revenue: revenueEn,
  orders: ordersEn,
  backfill: backfillEn,
  accounts: accountsEn,
  day: {
    title: 'The last 24 hours',
    none: 'No events in the last 24 hours.',
    hour: 'Hour (UTC)',
    events: 'Events',
    taken: 'Received',
    failed: 'Failed',
    label: '{events} events in the last 24 hours, {failed} failed. The table below has the figures.',
    column: '{hour}: {events} events, {failed} failed',
  },
  glossary: glossaryEn,
  audit: auditEn,
  mapping: mappingEn,
  workflows: workflowsEn,
  panel: workflowPanelEn,
  runs: runsEn,
  editor: editorEn,
  fanOut: fanOutEn,
  incoming: incomingEn,
  developers: developersEn,
  desks: desksEn,
  developerKeys: developerKeysEn,
  portal: portalEn,
  tryRequest: tryRequestEn,
  install: installEn,
  integrity: integrityEn,
  docs: docsEn,
} as const
