// Parses the repository's changelog for its page, once at startup. Knows only the Markdown that the file uses;
// everything else is text.

import { readFileSync } from 'node:fs'

/** A piece of a line: plain text, or text as code. */
export type Piece = { text: string; isCode: boolean }

/** What changed in one area; the title is '' where a release names none. */
export type Area = { title: string; items: Piece[][] }

export type Release = { title: string; areas: Area[] }

const FILE = new URL('../../../CHANGELOG.md', import.meta.url)

const piecesOf = (line: string): Piece[] =>
  line
    .split('`')
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '')

/** `## Release`, `### Area`, then `- item` lines; an indented line continues the item above. */
export const parseChangelog = (text: string): Release[] => {
  const releases: { title: string; areas: { title: string; items: string[] }[] }[] = []
  for (const line of text.split('\n')) {
    const areas = releases.at(-1)?.areas
    if (line.startsWith('## ')) releases.push({ title: line.slice(3).trim(), areas: [] })
    else if (line.startsWith('### ')) areas?.push({ title: line.slice(4).trim(), items: [] })
    else if (line.startsWith('- ')) {
      if (areas?.length === 0) areas.push({ title: '', items: [] })
      areas?.at(-1)?.items.push(line.slice(2).trim())
    } else if (/^\s+\S/.test(line)) {
      const items = areas?.at(-1)?.items
      if (items && items.length > 0) items[items.length - 1] += ` ${line.trim()}`
    }
  }
  return releases.map(({ title, areas }) => ({
    title,
    areas: areas.map((area) => ({ title: area.title, items: area.items.map(piecesOf) })),
  }))
}

/** Reads and parses CHANGELOG.md. */
export const readChangelog = (): Release[] => parseChangelog(readFileSync(FILE, 'utf8'))
