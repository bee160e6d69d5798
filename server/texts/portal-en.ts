// English texts of the developer portal and of the page that asks for consent.

export const portalEn = {
  name: 'for developers',
  welcomeTitle: 'Developer portal',
  welcomeText:
    'Create apps that read and change customers, orders and invoices through the API, and see how often they call.',
  signIn: 'Sign in with {crm} account',
  signInHelp:
    'You choose an account there and confirm. You must be an administrator of it; if the app is not there yet, it will be installed.',
  consentFirstTitle: 'Sign in to continue',
  consentFirstText: 'An app wants to act on your behalf. Sign in first; then you see what it asks for.',
  docs: 'Read the documentation',
  visitor: '{name}, {account}',
  accounts: 'All accounts',
  signOut: 'Sign out',
  chooseTitle: 'Choose an account',
  chooseText: 'Each app, key and call belongs to one account.',
  consentTitle: '{app} wants to act on your behalf',
  consentText: 'For the account {account}, as {person}.',
  consentForeign:
    'This app was made by somebody outside this account. Continue only if you know who made it and why it asks.',
  consentScopes: 'It will be able to',
  consentNothing: 'It asks for nothing that you are allowed to do yourself.',
  consentEnd: 'You can end this at any time in the developer portal, under Connected apps.',
  consentReturn: 'Either way you are sent to {host}.',
  allow: 'Allow',
  deny: 'Do not allow',
  refusedTitle: 'This link cannot be used',
  refused: {
    client: 'It names an app that does not exist or is switched off. Ask whoever made the app.',
    redirect: 'It would send you to an address that is not registered for the app. Ask whoever made the app.',
  },
}
