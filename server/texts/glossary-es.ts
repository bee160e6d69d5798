// Spanish of the glossary.

import type { glossaryEn } from './glossary-en.ts'
import type { Translation } from './texts.ts'

export const glossaryEs: Translation<typeof glossaryEn> = {
  title: 'Glosario',
  intro: 'Cada cosa tiene un solo nombre, aquí y en todo el producto.',
  words: {
    account: {
      word: 'Cuenta',
      meaning:
        'El lugar de un cliente en {crm}, con sus contactos. Cada cuenta tiene sus propios ajustes, aplicaciones y datos; ninguna ve los de otra.',
    },
    company: { word: 'Empresa', meaning: 'Quien tiene varias cuentas y las atiende juntas.' },
    workspace: { word: 'Espacio de trabajo', meaning: 'Un lugar en Rankr.' },
    installation: {
      word: 'Instalación',
      meaning: 'Esta aplicación en una cuenta, con los permisos que se le dieron allí.',
    },
    connection: {
      word: 'Conexión',
      meaning: 'Un espacio de trabajo unido a una cuenta, con una dirección para eventos y un secreto de firma.',
    },
    customer: {
      word: 'Cliente',
      meaning: 'Alguien que te compra, tal como lo conoce Rankr. En {crm} cada uno es un contacto.',
    },
    order: {
      word: 'Pedido, factura',
      meaning: 'Lo que un cliente ha pedido, un registro en {crm}; lo que un cliente debe, una factura en {crm}.',
    },
    link: { word: 'Vínculo', meaning: 'El par recordado de un registro en Rankr y su registro en {crm}.' },
    sync: {
      word: 'Sincronización',
      meaning: 'Un flujo que viene con la aplicación y se activa o desactiva: clientes, pedidos, facturas y más.',
    },
    mapping: {
      word: 'Asignación de campos',
      meaning: 'Qué valor de Rankr va a qué campo de {crm} y cómo cambia por el camino.',
    },
    event: {
      word: 'Evento',
      meaning: 'Un hecho que se recibió y se guardó: de Rankr, de {crm} o de una llamada a la API.',
    },
    trigger: {
      word: 'Disparador y acción',
      meaning: 'Un evento con el que algo puede empezar; una llamada que se puede hacer. El catálogo los lista todos.',
    },
    workflow: { word: 'Flujo', meaning: 'Qué se hace y cuándo: un disparador y luego pasos.' },
    run: {
      word: 'Ejecución, paso, intento',
      meaning: 'Un flujo para un evento; uno de sus pasos; un intento de ese paso.',
    },
    failed: {
      word: 'Evento fallido (dead letter)',
      meaning:
        'Un evento que se intentó bastantes veces o que así nunca saldrá bien. Se guarda hasta que alguien lo envía de nuevo o lo descarta.',
    },
    route: {
      word: 'Ruta',
      meaning: 'Eventos de una cuenta que van a otra. Ambas partes están de acuerdo y cualquiera la termina.',
    },
    app: {
      word: 'Aplicación o cliente de la API',
      meaning:
        'Un programa que llama a la API, con los permisos que se le dieron. En un servidor tiene un secreto o claves; en un navegador, un teléfono o un ordenador actúa en nombre de personas.',
    },
    scope: {
      word: 'Permiso',
      meaning:
        'Lo que una aplicación puede hacer. Ninguno contiene a otro: quien puede escribir no puede leer si no se dieron ambos.',
    },
    testKey: {
      word: 'Clave de prueba',
      meaning: 'Una clave que empieza por rk_test_. Solo actúa en el entorno de pruebas.',
    },
  },
}
