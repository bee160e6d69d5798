// Spanish of the visual editor of workflows.

import type { editorEn } from './editor-en.ts'
import type { Translation } from './texts.ts'

export const editorEs: Translation<typeof editorEn> = {
  title: 'Editar {name}',
  start: 'Empieza con',
  startEmpty: 'Elige qué lo inicia',
  tree: 'Pasos',
  add: 'Añadir un paso aquí',
  end: 'Fin',
  said: {
    moved: 'Movido.',
    duplicated: 'Copiado.',
    removed: 'Quitado. Deshacer lo trae de vuelta.',
  },
  summaries: {
    ways: { one: 'Un camino y si no', other: '{count} caminos y si no' },
    by: 'Según {what}',
    each: 'Cada uno de {what}',
    minutes: { one: 'Un minuto', other: '{count} minutos' },
    hours: { one: 'Una hora', other: '{count} horas' },
    days: { one: 'Un día', other: '{count} días' },
    until: 'Hasta {what}',
    event: 'Hasta: {what}',
  },
}
