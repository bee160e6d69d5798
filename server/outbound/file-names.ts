// The name of a downloaded file: from the server's header, else from the URL. Pure.

/** Types of the files that people send each other, by the ending of their name. */
export const TYPES_OF_ENDINGS: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv',
  txt: 'text/plain',
  zip: 'application/zip',
  rar: 'application/vnd.rar',
}

const MOST_LETTERS = 120

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 6266: `filename*=UTF-8''…` goes before `filename="…"`. */
const saidName = (disposition: string): string | undefined => {
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1]
  if (extended) return decoded(extended)
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(disposition)
  return plain?.[1] ?? plain?.[2]
}

/** The last part of a path, without what would break a header or lead elsewhere. */
const clean = (name: string): string =>
  name
    .replace(/^.*[/\\]/, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f\u007f"<>|:*?]/g, '')
    .trim()
    .replace(/^\.+/, '')

type Known = { disposition: string; url: URL; type: string }

/** A name with an ending where one can be told; `file` when nothing names it. */
export const fileNameOf = ({ disposition, url, type }: Known): string => {
  const whole = clean(saidName(disposition) ?? '') || clean(decoded(url.pathname)) || 'file'
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(whole)?.[0] ?? ''
  const stem = whole.slice(0, whole.length - ending.length).slice(0, MOST_LETTERS) || 'file'
  if (ending !== '') return `${stem}${ending}`
  const known = Object.entries(TYPES_OF_ENDINGS).find(([, one]) => one === type)?.[0]
  return known ? `${stem}.${known}` : stem
}
