// The steps of a check, in order. Pure.

import type { IntegrityKind, RecordKind } from '../../store/integrity-checks.ts'
import { isPart, PARTS } from './parts.ts'

export type CheckStep =
  | { do: 'crm' | 'rankr' | 'links' | 'groups'; kind: IntegrityKind }
  | { do: 'confirm'; kind?: undefined }

/**
 * First what the CRM has, then Rankr's records compared with it, then what is left over, and finally every finding
 * again. Links to missing parts come before the records that need the parts, so that they are repaired first.
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
        // Links do not tell whether an issue has two tickets or a ticket two issues.
        ...(kind === 'ticket' ? [] : [{ do: 'groups', kind } as const]),
        ...parts.map((part) => ({ do: 'groups', kind: part }) as const),
      ]
    }),
  { do: 'confirm' },
]
