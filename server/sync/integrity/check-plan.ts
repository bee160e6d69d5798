// The steps of a check, in their order. Pure.

import type { IntegrityKind, RecordKind } from '../../store/integrity-checks.ts'
import { isPart, PARTS } from './parts.ts'

export type CheckStep =
  | { do: 'crm' | 'rankr' | 'links' | 'groups'; kind: IntegrityKind }
  | { do: 'confirm'; kind?: undefined }

/**
 * First what the CRM holds, then Rankr's records against it, then what is left over, and every finding once more. Pairs whose
 * part is gone come before the records that need it: so they are repaired first.
 */
export const stepsOf = (kinds: readonly IntegrityKind[]): CheckStep[] => [
  ...kinds
    .filter((kind) => !isPart(kind))
    .flatMap((kind): CheckStep[] => {
      const parts = PARTS[kind as RecordKind].filter((part) => kinds.includes(part))
      const [early, late] = [
        parts.filter((part) => part !== 'opportunity'),
        parts.filter((part) => part === 'opportunity'),
      ]
      return [
        ...parts.map((part) => ({ do: 'crm', kind: part }) as const),
        ...early.map((part) => ({ do: 'links', kind: part }) as const),
        { do: 'crm', kind },
        { do: 'rankr', kind },
        { do: 'links', kind },
        ...late.map((part) => ({ do: 'links', kind: part }) as const),
        // Two tickets of one issue, or one of two, nobody can tell from the pairs.
        ...(kind === 'ticket' ? [] : [{ do: 'groups', kind } as const]),
        ...parts.map((part) => ({ do: 'groups', kind: part }) as const),
      ]
    }),
  { do: 'confirm' },
]
