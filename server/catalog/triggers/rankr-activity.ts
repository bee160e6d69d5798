// Rankr's events about users, revenue and issues.
import type { FilterEntry, TriggerEntry } from '../schema.ts'

const dedupeKey = { in: 'header', key: 'webhook-id' } as const

const user = {
  user_id: 'usr_881',
  email: 'leo.park@example.com',
  name: 'Leo Park',
  plan: 'trial',
  signed_up_at: '2026-03-02T08:00:31Z',
}

const revenue = {
  revenue_id: 'rev_7710',
  customer_id: 'cus_10482',
  amount: 129.9,
  currency: 'USD',
  source: 'newsletter',
  campaign: 'spring-2026',
  utm_medium: 'email',
  recorded_at: '2026-03-08T07:31:20Z',
}

const issue = {
  issue_id: 'iss_314',
  customer_id: 'cus_10482',
  title: 'Import stopped at row 120',
  description: 'The file has a column that is not known.',
  severity: 'high',
  status: 'open',
}

const issueFilters: FilterEntry[] = [
  { path: 'data.severity', label: 'Severity', type: 'string' },
  { path: 'data.status', label: 'Status', type: 'string' },
  { path: 'data.title', label: 'Title', type: 'string' },
]

export const rankrActivityTriggers: TriggerEntry[] = [
  {
    id: 'rankr.user.signed-up',
    label: 'User signed up',
    description: 'Somebody opened an account in Rankr.',
    resource: 'users',
    system: 'rankr',
    event: 'user.signed_up',
    sample: { type: 'user.signed_up', timestamp: '2026-03-02T08:00:32Z', data: user },
    filters: [
      { path: 'data.email', label: 'E-mail', type: 'string' },
      { path: 'data.plan', label: 'Plan', type: 'string' },
    ],
    dedupeKey,
    recordKey: ['data.user_id', 'data.id'],
  },
  {
    id: 'rankr.revenue.recorded',
    label: 'Revenue recorded',
    description: 'Rankr recorded money that a customer brought in.',
    resource: 'revenue',
    system: 'rankr',
    event: 'revenue.recorded',
    sample: { type: 'revenue.recorded', timestamp: '2026-03-08T07:31:21Z', data: revenue },
    filters: [
      { path: 'data.amount', label: 'Amount', type: 'numerical' },
      { path: 'data.source', label: 'Source', type: 'string' },
      { path: 'data.campaign', label: 'Campaign', type: 'string' },
    ],
    dedupeKey,
    recordKey: ['data.revenue_id', 'data.id'],
  },
  {
    id: 'rankr.issue.detected',
    label: 'Issue detected',
    description: 'Rankr found a problem of a customer.',
    resource: 'issues',
    system: 'rankr',
    event: 'issue.detected',
    sample: { type: 'issue.detected', timestamp: '2026-03-09T16:05:00Z', data: issue },
    filters: issueFilters,
    dedupeKey,
    recordKey: ['data.issue_id', 'data.id'],
  },
  {
    id: 'rankr.issue.updated',
    label: 'Issue updated',
    description: 'A problem of a customer changed.',
    resource: 'issues',
    system: 'rankr',
    event: 'issue.updated',
    sample: { type: 'issue.updated', timestamp: '2026-03-09T16:40:00Z', data: { ...issue, severity: 'critical' } },
    filters: issueFilters,
    dedupeKey,
    recordKey: ['data.issue_id', 'data.id'],
  },
  {
    id: 'rankr.issue.resolved',
    label: 'Issue resolved',
    description: 'A problem of a customer was solved.',
    resource: 'issues',
    system: 'rankr',
    event: 'issue.resolved',
    sample: { type: 'issue.resolved', timestamp: '2026-03-10T09:22:00Z', data: { ...issue, status: 'resolved' } },
    filters: issueFilters,
    dedupeKey,
    recordKey: ['data.issue_id', 'data.id'],
  },
]
