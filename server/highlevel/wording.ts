// HighLevel's own messages, made fit to be shown: no secret, and none of the words that a reseller's customers must not
// see. Knows nothing of where they are shown.

const MAX_LENGTH = 300

/** Takes out what looks like a token: JWTs and long unbroken runs of token characters. */
export const hideSecrets = (text: string): string =>
  text.replace(/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, '[hidden]').replace(/\b(?=[\w-]*\d)[A-Za-z0-9_-]{40,}/g, '[hidden]')

const PLATFORM_WORDS: [RegExp, string][] = [
  [/\b(?:go[\s-]*)?high[\s-]*level\b|\bGHL\b|\blead[\s-]*connector\b/gi, 'the CRM'],
  [/\bsub[\s-]?accounts\b|\blocations\b/gi, 'accounts'],
  [/\bsub[\s-]?account\b|\blocation\b/gi, 'account'],
  [/\bagencies\b/gi, 'companies'],
  [/\bagency\b/gi, 'company'],
]

/** A message that may be shown to anybody, at most 300 characters. */
export const fitToShow = (message: string): string => {
  const plain = PLATFORM_WORDS.reduce((text, [word, replacement]) => text.replace(word, replacement), message)
  return hideSecrets(plain).slice(0, MAX_LENGTH)
}
