// Spanish texts of the developer portal and of the page that asks for consent.

import type { portalEn } from './portal-en.ts'

export const portalEs: typeof portalEn = {
  name: 'para desarrolladores',
  welcomeTitle: 'Portal de desarrolladores',
  welcomeText:
    'Crea aplicaciones que leen y cambian clientes, pedidos y facturas por medio de la API, y mira cuánto llaman.',
  signIn: 'Iniciar sesión con la cuenta de {crm}',
  signInHelp:
    'Allí eliges una cuenta y confirmas. Debes ser administrador de ella; si la aplicación aún no está en ella, se instala.',
  consentFirstTitle: 'Inicia sesión para continuar',
  consentFirstText: 'Una aplicación quiere actuar en tu nombre. Inicia sesión primero; después verás qué pide.',
  docs: 'Leer la documentación',
  visitor: '{name}, {account}',
  accounts: 'Todas las cuentas',
  signOut: 'Cerrar sesión',
  chooseTitle: 'Elige una cuenta',
  chooseText: 'Las aplicaciones, las claves y las llamadas son cada una de una cuenta.',
  consentTitle: '{app} quiere actuar en tu nombre',
  consentText: 'Para la cuenta {account}, como {person}.',
  consentForeign:
    'Esta aplicación la hizo alguien de fuera de esta cuenta. Continúa solo si sabes quién la hizo y por qué lo pide.',
  consentScopes: 'Podrá',
  consentNothing: 'No pide nada que tú puedas hacer.',
  consentEnd: 'Puedes terminarlo cuando quieras en el portal de desarrolladores, en Aplicaciones conectadas.',
  consentReturn: 'En ambos casos se te envía a {host}.',
  allow: 'Permitir',
  deny: 'No permitir',
  refusedTitle: 'Este enlace no se puede usar',
  refused: {
    client: 'Nombra una aplicación que no existe o está desactivada. Pregunta a quien la hizo.',
    redirect: 'Te enviaría a una dirección que no está registrada para la aplicación. Pregunta a quien la hizo.',
  },
}
