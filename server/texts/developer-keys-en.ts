// English texts of the page of one app, and of the element that tries requests out.

export const developerKeysEn = {
  intro: 'What this app is known by, what it may do, and its keys.',
  back: 'All apps',
  facts: 'At a glance',
  overlap: 'The secret was changed. The one before it is accepted until {when}.',
  keysText:
    'A key is sent with each call as it is. Give each program its own, so that you can end one without the others.',
  noEnd: 'No end',
  anywhere: 'From anywhere',
  editKey: 'Change',
  keyNameHelp: 'For you to tell keys apart, such as the server that uses it.',
  expires: 'Works until',
  expiresHelp: 'The last day (UTC) on which it is accepted. Empty: no end.',
  addresses: 'Allowed addresses',
  addressesHelp: 'One IP address or range (CIDR) a line, such as 203.0.113.0/24. Empty: from anywhere.',
  publicKeys: 'Public keys',
  publicKeysText:
    'Instead of a secret the app may sign its token requests (private_key_jwt) with a private key that never leaves it.',
  noPublicKeys: 'None.',
  addPublicKey: 'Add public keys',
  paste: 'Public keys',
  pasteHelp: 'A JWK Set, a JWK or PEM text.',
  file: 'Or choose a file',
  removeKeyTitle: 'Remove this public key?',
  removeKeyConfirm: 'Token requests that are signed with it are refused at once.',
  settings: 'Name and permissions',
  settingsText: 'Keys and tokens never reach further than the app does at the moment.',
  redirects: 'Redirect addresses',
  redirectsHelp:
    'Only for apps that ask people for their consent (authorization code): where people are sent back to. One address a line, https, compared letter by letter.',
  redirectsPublicHelp:
    'Where people are sent back to after they have agreed. One address a line: https, compared letter by letter; http://127.0.0.1/… for a program on a computer, with any port; or com.example.shop:/… for one on a phone.',
  publicText:
    'This app has no secret and no keys. It sends each person to the consent page with a fresh code challenge (PKCE), and reaches no further than that person.',
  nameFault: 'At most 80 characters, and not empty.',
  scopesFault: 'Choose at least one.',
  redirectsFault: 'At most 10 addresses with https and without #. These cannot be used:',
  expiresFault: 'Choose today or a later day.',
  addressesFault: 'Send IP addresses or ranges, at most 50. These are none:',
  keysFault: 'These keys cannot be used.',
  reasons: {
    private: 'This is a private key. Keep it to yourself, replace it since it has been sent, and send its public part.',
    unknown: 'Send a JWK Set, a JWK or PEM text with -----BEGIN PUBLIC KEY-----.',
    weak: 'Use an EC key (P-256, P-384), an Ed25519 key, or an RSA key of at least 2048 bits.',
    many: 'An app has at most 10 public keys.',
    same: 'There is a key with this id already.',
  },
  created: 'The app was created. Say below where people are sent back to.',
  saved: 'The app was saved.',
  keySaved: 'The key was saved.',
  publicKeyAdded: 'The public keys were added.',
  publicKeyRemoved: 'The public key was removed.',
}

export const tryRequestEn = {
  operation: 'Operation',
  method: 'Method',
  path: 'Address',
  body: 'Body (JSON)',
  send: 'Send',
  answer: 'Answer',
  headers: 'Headers of the answer',
  pathFault: 'The address must begin with /v1/.',
  bodyFault: 'The body is not valid JSON.',
  keyFault: 'Enter a test key first: it begins with rk_test_.',
}
