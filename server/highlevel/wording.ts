// Makes HighLevel's own messages safe to show: no secrets, and no word that reveals the platform to a reseller's
// customers.

const MAX_LENGTH = 300

/** Removes what looks like a token: JWTs and long runs of token characters. */
export const hideSecrets = (text: string): string =>
  text.replace(/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, '[hidden]').replace(/\b(?=[\w-]*\d)[A-Za-z0-9_-]{40,}/g, '[hidden]')

const PLATFORM_WORDS: [RegExp, string][] = [
  [/\b(?:go[\s-]*)?high[\s-]*level\b|\bGHL\b|\blead[\s-]*connector\b/gi, 'the CRM'],
  [/\bsub[\s-]?accounts\b|\blocations\b/gi, 'accounts'],
  [/\bsub[\s-]?account\b|\blocation\b/gi, 'account'],
  [/\bagencies\b/gi, 'companies'],
  [/\bagency\b/gi, 'company'],
]

/** A message safe to show to anybody, at most 300 characters. */
export const fitToShow = (message: string): string => {
  const plain = PLATFORM_WORDS.reduce((text, [word, replacement]) => text.replace(word, replacement), message)
  return hideSecrets(plain).slice(0, MAX_LENGTH)
}
