// English texts of the page of one app, and of the element that tries requests out.

export const developerKeysEn = {
  intro: 'The app’s id, permissions and keys.',
  back: 'All apps',
  facts: 'At a glance',
  overlap: 'The secret was changed. The previous one is accepted until {when}.',
  keysText:
    'Programs send a key with every call. Give each program its own, so that you can revoke one without the others.',
  noEnd: 'Never',
  anywhere: 'From anywhere',
  editKey: 'Edit',
  keyNameHelp: 'Helps you tell keys apart, such as the server that uses it.',
  expires: 'Expires',
  expiresHelp: 'The last day (UTC) on which it is accepted. Leave empty for no expiry.',
  addresses: 'Allowed addresses',
  addressesHelp:
    'One IP address or range (CIDR) per line, such as 203.0.113.0/24. Leave empty to allow calls from anywhere.',
  publicKeys: 'Public keys',
  publicKeysText:
    'Instead of a secret the app may sign its token requests (private_key_jwt) with a private key that never leaves it.',
  noPublicKeys: 'None.',
  addPublicKey: 'Add public keys',
  paste: 'Public keys',
  pasteHelp: 'A JWK Set, a JWK or PEM text.',
  file: 'Or choose a file',
  removeKeyTitle: 'Remove this public key?',
  removeKeyConfirm: 'Token requests signed with it are refused at once.',
  settings: 'Name and permissions',
  settingsText: 'Keys and tokens never have more permissions than the app has now.',
  redirects: 'Redirect addresses',
  redirectsHelp:
    'Only for apps that ask people for their consent (authorization code): where people are sent back to. One https address per line; it must match exactly.',
  redirectsPublicHelp:
    'Where people are sent back to after they have agreed. One address per line: https, which must match exactly; http://127.0.0.1/… for a program on a computer, with any port; or com.example.shop:/… for one on a phone.',
  publicText:
    'This app has no secret and no keys. It sends each person to the consent page with a fresh code challenge (PKCE), and can do no more than that person.',
  nameFault: 'Enter a name of at most 80 characters.',
  scopesFault: 'Choose at least one.',
  redirectsFault: 'Enter at most 10 https addresses without #. These cannot be used:',
  expiresFault: 'Choose today or a later day.',
  addressesFault: 'Enter at most 50 IP addresses or ranges. These are not valid:',
  keysFault: 'These keys cannot be used.',
  reasons: {
    private:
      'This is a private key. It has left your system, so replace it, and provide only the public part of the new one.',
    unknown: 'Provide a JWK Set, a JWK or PEM text with -----BEGIN PUBLIC KEY-----.',
    weak: 'Use an EC key (P-256, P-384), an Ed25519 key, or an RSA key of at least 2048 bits.',
    many: 'An app has at most 10 public keys.',
    same: 'A key with this id already exists.',
  },
  created: 'The app was created. Enter below where people are sent back to.',
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
  answer: 'Response',
  headers: 'Response headers',
  pathFault: 'The address must start with /v1/.',
  bodyFault: 'The body is not valid JSON.',
  keyFault: 'Enter a test key first. It starts with rk_test_.',
}
