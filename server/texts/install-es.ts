// Spanish texts of the pages that a person sees while installing, addressed as "tú".

import type { installEn } from './install-en.ts'
import type { Translation } from './texts.ts'

export const installEs: Translation<typeof installEn> = {
  title: 'Rankr Connect está instalado',
  account: 'La cuenta {name} está conectada.',
  accountUnnamed: 'Tu cuenta está conectada.',
  company: {
    one: '{name} está conectada, con {count} cuenta.',
    other: '{name} está conectada, con {count} cuentas.',
  },
  companyUnnamed: {
    one: 'Tu empresa está conectada, con {count} cuenta.',
    other: 'Tu empresa está conectada, con {count} cuentas.',
  },
  companyPending: 'Tu empresa está conectada. Sus cuentas se están conectando ahora; tarda un minuto.',
  missingTitle: 'Algunos permisos no se concedieron',
  missing: 'Lo que los necesita queda desactivado. Puedes concederlos más tarde en la página Permisos de los ajustes.',
  nextTitle: 'Qué sigue',
  next: 'Abre {crm}, elige la aplicación en el menú y conecta allí tu espacio de Rankr.',
  back: 'Volver a {crm}',
  close: 'Puedes cerrar esta pestaña.',
  again: 'Empezar de nuevo la instalación',
}
