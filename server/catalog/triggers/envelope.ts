// What bodies of the CRM's events have in common.

/** Members of nearly every body beside the event's own. */
export const envelope = {
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  appId: '665c6bb13d4e5364bdec0e2f',
  versionId: '665c6bb13d4e5364bdec0e2f',
}

/** The same in every delivery of one event. Bodies of installs may lack it; the whole body stands in for it then. */
export const crmDedupeKey = { in: 'body', key: 'webhookId' } as const
