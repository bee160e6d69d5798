// Spanish of the built-in workflow `revenue` and of its screen.

import type { revenueEn, syncsRevenueEn } from './revenue-en.ts'
import type { Translation } from './texts.ts'

export const syncsRevenueEs: Translation<typeof syncsRevenueEn> = {
  title: 'Los ingresos se atribuyen',
  lead: 'Lo que aportan los clientes se anota con su origen y campaña, se muestra en Ingresos y se suma en el contacto.',
  options: {
    contactFields: {
      label: 'Rellenar campos del contacto',
      help: 'Suma por moneda, número de pagos y pedidos, último pago y pedido, primer y último origen, medio y campaña. Los campos que faltan se añaden.',
    },
    pipelineId: {
      label: 'Embudo para el valor de los clientes',
      help: 'Una oportunidad por cliente tiene como valor todo lo que ese cliente ha aportado. Ninguno: sin oportunidades.',
    },
  },
}

export const revenueEs: Translation<typeof revenueEn> = {
  title: 'Ingresos',
  lead: 'Lo que aportaron los clientes, y a qué origen o campaña se debe. También cuenta lo que trajo a un cliente antes de estos días.',
  sum: '{amount} {currency} en estos días',
  by: 'Por',
  model: 'Se debe a',
  currency: 'Moneda',
  dimensions: { source: 'Origen', campaign: 'Campaña', month: 'Mes' },
  models: { 'last-touch': 'El último contacto', 'first-touch': 'El primer contacto', linear: 'Todos por igual' },
  amount: 'Importe',
  records: 'Registros',
  share: 'Parte',
  shareOf: 'Parte de {key}',
  unknown: 'Desconocido',
  madeOf: 'De qué se compone {key}: {amount} {currency}',
  more: { one: 'Y uno más; la exportación los tiene todos.', other: 'Y {count} más; la exportación los tiene todos.' },
  partial: 'En estos días hay más de lo que aquí se suma. Elige menos días.',
  emptyTitle: 'Sin ingresos en estos días',
  emptyText: 'Activa la sincronización de ingresos o elige otros días.',
}
