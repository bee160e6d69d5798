// Spanish of a company's list of accounts.

import type { accountsEn } from './accounts-en.ts'
import type { Translation } from './texts.ts'

export const accountsEs: Translation<typeof accountsEn> = {
  title: 'Cuentas',
  intro: 'Las cuentas de tu empresa que tienen esta aplicación. Abre una para ver sus ajustes.',
  emptyTitle: 'Ninguna cuenta tiene esta aplicación todavía',
  emptyText: 'Instálala en una cuenta o en varias a la vez. Entonces aparecerán aquí.',
  install: 'Instalar',
  search: 'Nombre de la cuenta',
  find: 'Buscar',
  noMatch: 'Ninguna cuenta tiene este nombre',
  noMatchText: 'Busca una parte del nombre o muestra todas las cuentas.',
  account: 'Cuenta',
  state: 'Estado',
  health: 'Cómo va',
  syncs: 'Sincronizaciones',
  lastEvent: 'Último evento',
  open: 'Abrir',
  unnamed: 'Cuenta {id}',
  well: 'Todo va bien',
  failures: { one: 'Un evento falló', other: '{count} eventos fallaron' },
  waiting: { one: 'Un evento espera', other: '{count} eventos esperan' },
  paused: 'Detenida hasta que alguien ayude',
  notConnected: 'Rankr no está conectado',
  syncsOn: { one: 'Una activada', other: '{count} activadas' },
  noSync: 'Ninguna activada',
  never: 'Nunca',
  pageOf: 'Página {page} de {pages}',
  manyTitle: 'Para varias cuentas a la vez',
  manyText: 'Marca las cuentas de arriba y elige qué hacer en todas ellas.',
  sync: 'Sincronización',
  switchOn: 'Activar',
  switchOff: 'Desactivar',
  copyFrom: 'Copiar los ajustes de',
  copyHint:
    'Sus sincronizaciones con sus opciones y sus campos. Lo que solo existe en esa cuenta, como sus embudos, no se copia.',
  copy: 'Copiar',
  copyTitle: '¿Copiar los ajustes?',
  copyConfirm:
    'Las cuentas marcadas pierden sus sincronizaciones, opciones y campos y reciben los de la cuenta elegida.',
  noneChosen: 'Marca al menos una cuenta arriba. La cuenta de la que copias no cuenta.',
  noSource: 'Elige una de tus cuentas como origen.',
  switchedOn: { one: 'Activada en una cuenta', other: 'Activada en {count} cuentas' },
  switchedOff: { one: 'Desactivada en una cuenta', other: 'Desactivada en {count} cuentas' },
  copied: { one: 'Copiado a una cuenta', other: 'Copiado a {count} cuentas' },
  failedTitle: {
    one: 'Una cuenta no se pudo cambiar. Inténtalo de nuevo.',
    other: '{count} cuentas no se pudieron cambiar. Inténtalo de nuevo.',
  },
  toChoose: 'En estas cuentas quedan opciones por elegir en Sincronizaciones',
}
