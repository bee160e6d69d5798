// Spanish of the built-in workflow `orders` and of its screen.

import type { ordersEn, syncsOrdersEn } from './syncs-orders-en.ts'
import type { Translation } from './texts.ts'

export const syncsOrdersEs: Translation<typeof syncsOrdersEn> = {
  title: 'Los pedidos se convierten en registros',
  lead: 'Un pedido de Rankr se convierte en un registro de su cliente, con estado, total y artículos, y se mantiene al día. Un pedido que llega antes que su cliente lo espera.',
  options: {
    pipelineId: {
      label: 'Embudo para oportunidades',
      help: 'Una oportunidad sigue a cada pedido. Ninguno: sin oportunidades.',
    },
    stageId: { label: 'Etapa en la que empiezan', help: 'Si no se elige nada: la primera etapa del embudo.' },
    wonStageId: {
      label: 'Etapa cuando un pedido se paga',
      help: 'Si no se elige nada: donde la haya movido la gente.',
    },
    lostStageId: {
      label: 'Etapa cuando un pedido se cancela o se reembolsa',
      help: 'Si no se elige nada: donde la haya movido la gente.',
    },
    products: {
      label: 'Buscar o crear productos',
      help: 'Cada artículo con referencia (SKU) se convierte en un producto con su precio, si no lo hay ya.',
    },
    waitMinutes: {
      label: 'Minutos de espera al cliente',
      help: 'Después, el contacto se crea con lo que sabe el pedido.',
    },
  },
}

export const ordersEs: Translation<typeof ordersEn> = {
  title: 'Lugar para los pedidos',
  lead: 'Los pedidos se guardan como registros de un objeto personalizado en {crm}. Esta página comprueba que exista.',
  back: 'Sincronización',
  ready: 'Todo está listo',
  readyText: 'Los pedidos van al objeto personalizado "Orders" y se unen a sus contactos.',
  missing: 'Falta un paso',
  missingText:
    'El objeto personalizado para los pedidos aún no existe. Hasta entonces, los pedidos se guardan como notas de sus contactos; se trasladan en cuanto se cree.',
  step1: 'En {crm} abre Ajustes y después Objetos, y añade un objeto personalizado.',
  step2: 'Ponle "Order" como nombre de uno y "Orders" como nombre de varios, con el nombre interno de abajo.',
  step3: 'Llama a su primer campo "Order number", como una línea de texto.',
  step4: 'Vuelve y comprueba otra vez. Los demás campos y la unión con los contactos se añaden solos.',
  key: 'Nombre interno',
  failed: 'No se pudo mirar',
  check: 'Comprobar otra vez',
  noPlace: 'Los pedidos aún no tienen lugar en {crm}',
  noPlaceText: 'Hasta que se cree, se guardan como notas de sus contactos.',
  makePlace: 'Crear un lugar para los pedidos',
  waiting: { one: 'Un pedido espera como nota', other: '{count} pedidos esperan como notas' },
  moving: 'Van camino de su lugar.',
}
