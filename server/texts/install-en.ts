// English texts of the pages that a person sees while installing.

export const installEn = {
  title: 'Rankr Connect is installed',
  account: 'The account {name} is connected.',
  accountUnnamed: 'Your account is connected.',
  company: {
    one: '{name} is connected, with {count} account.',
    other: '{name} is connected, with {count} accounts.',
  },
  companyUnnamed: {
    one: 'Your company is connected, with {count} account.',
    other: 'Your company is connected, with {count} accounts.',
  },
  companyPending: 'Your company is connected. Its accounts are being connected now; this takes a minute.',
  missingTitle: 'Some permissions were not granted',
  missing: 'Features that need them stay off. You can grant them later on the Permissions page of the app’s settings.',
  nextTitle: 'What comes next',
  next: 'Open {crm}, choose the app in the menu, and connect your Rankr workspace there.',
  back: 'Back to {crm}',
  close: 'You can close this tab.',
  again: 'Start the installation again',
}
