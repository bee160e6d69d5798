// English texts of the permissions: the screen, and each permission as a sentence.

export const permissionsEn = {
  permissions: {
    title: 'Permissions',
    intro: 'What the app may do in this account. You grant them in {crm}; nothing else is possible.',
    permission: 'Permission',
    neededFor: 'Needed for',
    state: 'State',
    granted: 'Granted',
    missing: 'Missing',
    extra: 'Granted, not needed',
    allGranted: 'All permissions are granted.',
    missingTitle: { one: 'One permission is missing', other: '{count} permissions are missing' },
    missingText: 'Grant them in {crm}. Your settings stay as they are.',
    update: 'Update permissions',
    base: 'Keeping the connection to {crm}',
    more: { one: '{first} and one more', other: '{first} and {count} more' },
  },

  scopes: {
    contacts_readonly: 'Read contacts with their tags, notes and tasks',
    contacts_write: 'Create and change contacts, tags, notes and tasks',
    oauth_readonly: 'See which accounts this app was installed for',
    oauth_write: 'Connect accounts this app was installed for',
    locations_readonly: 'Read the details of this account',
    marketplace_installer_details_readonly: 'See whether this account belongs to a company that uses its own brand',
    invoices_readonly: 'Read invoices',
    invoices_write: 'Create, send, void and settle invoices',
    locations_customFields_readonly: 'Read custom fields',
    locations_tags_readonly: 'Read the list of tags',
    opportunities_readonly: 'Read opportunities and pipelines',
    users_readonly: 'Read the people of this account',
    workflows_readonly: 'Show Rankr’s events and actions in the workflow builder of {crm}',
  },
} as const
