// Spanish texts of the page of one app, and of the element that tries requests out.

import type { developerKeysEn, tryRequestEn } from './developer-keys-en.ts'

export const developerKeysEs: typeof developerKeysEn = {
  intro: 'Cómo se conoce a esta aplicación, qué puede hacer y sus claves.',
  back: 'Todas las aplicaciones',
  facts: 'De un vistazo',
  overlap: 'El secreto se ha cambiado. El anterior se acepta hasta {when}.',
  keysText:
    'Una clave se envía tal cual con cada llamada. Da a cada programa la suya, para poder terminar una sin las demás.',
  noEnd: 'Sin fin',
  anywhere: 'Desde cualquier lugar',
  editKey: 'Cambiar',
  keyNameHelp: 'Para distinguir las claves, por ejemplo el servidor que la usa.',
  expires: 'Funciona hasta',
  expiresHelp: 'El último día (UTC) en que se acepta. Vacío: sin fin.',
  addresses: 'Direcciones permitidas',
  addressesHelp: 'Una dirección IP o un rango (CIDR) por línea, como 203.0.113.0/24. Vacío: desde cualquier lugar.',
  publicKeys: 'Claves públicas',
  publicKeysText:
    'En vez de un secreto, la aplicación puede firmar sus peticiones de token (private_key_jwt) con una clave privada que nunca sale de ella.',
  noPublicKeys: 'Ninguna.',
  addPublicKey: 'Añadir claves públicas',
  paste: 'Claves públicas',
  pasteHelp: 'Un JWK Set, un JWK o texto PEM.',
  file: 'O elige un archivo',
  removeKeyTitle: '¿Eliminar esta clave pública?',
  removeKeyConfirm: 'Las peticiones de token firmadas con ella se rechazan de inmediato.',
  settings: 'Nombre y permisos',
  settingsText: 'Las claves y los tokens nunca llegan más lejos que la aplicación en cada momento.',
  redirects: 'Direcciones de retorno',
  redirectsHelp:
    'Solo para aplicaciones que piden a personas su consentimiento (código de autorización): adónde vuelven. Una dirección por línea, https, comparada letra por letra.',
  redirectsPublicHelp:
    'Adónde vuelven las personas después de aceptar. Una dirección por línea: https, comparada letra por letra; http://127.0.0.1/… para un programa en un ordenador, con cualquier puerto; o com.example.shop:/… para uno en un teléfono.',
  publicText:
    'Esta aplicación no tiene secreto ni claves. Envía a cada persona a la página de consentimiento con un reto nuevo (PKCE) y no llega más lejos que esa persona.',
  nameFault: 'Como máximo 80 caracteres, y no vacío.',
  scopesFault: 'Elige al menos uno.',
  redirectsFault: 'Como máximo 10 direcciones con https y sin #. Estas no sirven:',
  expiresFault: 'Elige hoy o un día posterior.',
  addressesFault: 'Envía direcciones IP o rangos, como máximo 50. Estas no lo son:',
  keysFault: 'Estas claves no sirven.',
  reasons: {
    private: 'Es una clave privada. Guárdala para ti, sustitúyela porque se ha enviado, y envía su parte pública.',
    unknown: 'Envía un JWK Set, un JWK o texto PEM con -----BEGIN PUBLIC KEY-----.',
    weak: 'Usa una clave EC (P-256, P-384), Ed25519, o RSA de al menos 2048 bits.',
    many: 'Una aplicación tiene como máximo 10 claves públicas.',
    same: 'Ya hay una clave con este id.',
  },
  created: 'La aplicación se creó. Indica abajo adónde vuelven las personas.',
  saved: 'La aplicación se ha guardado.',
  keySaved: 'La clave se ha guardado.',
  publicKeyAdded: 'Las claves públicas se han añadido.',
  publicKeyRemoved: 'La clave pública se ha eliminado.',
}

export const tryRequestEs: typeof tryRequestEn = {
  operation: 'Operación',
  method: 'Método',
  path: 'Dirección',
  body: 'Cuerpo (JSON)',
  send: 'Enviar',
  answer: 'Respuesta',
  headers: 'Cabeceras de la respuesta',
  pathFault: 'La dirección debe empezar por /v1/.',
  bodyFault: 'El cuerpo no es JSON válido.',
  keyFault: 'Escribe primero una clave de prueba: empieza por rk_test_.',
}
