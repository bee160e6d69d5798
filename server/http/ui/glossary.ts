// The glossary, in the settings and in the documentation.

import { glossaryEn } from '../../texts/glossary-en.ts'
import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import { type Screen, screenData } from './screen.ts'

/** Keys below `glossary.words`, in reading order. */
export const GLOSSARY_WORDS = Object.keys(glossaryEn.words) as (keyof typeof glossaryEn.words)[]

/** `GET /settings/glossary`. */
export const glossaryRoutes = (screen: Screen): Route[] => [
  screen({
    path: '/settings/glossary',
    handler: async ({ caller }) => view('screens/glossary', { ...screenData(caller), words: GLOSSARY_WORDS }),
  }),
]
