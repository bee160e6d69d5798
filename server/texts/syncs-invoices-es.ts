// Spanish of the built-in workflows `invoices` and `invoices-back`.

import type { syncsInvoicesBackEn, syncsInvoicesEn } from './syncs-invoices-en.ts'
import type { Translation } from './texts.ts'

export const syncsInvoicesEs: Translation<typeof syncsInvoicesEn> = {
  title: 'Las facturas se convierten en facturas',
  lead: 'Una factura de Rankr se convierte en un borrador de su cliente y se mantiene al día hasta que se envía. Lo que se pagó en Rankr se registra, y lo que allí se anula se anula aquí.',
  options: {
    send: {
      label: 'Enviar las facturas al cliente',
      help: 'Desactivado: lo que se envió en Rankr solo se marca como enviado. Activado: {crm} también la envía, así que desactívalo en Rankr.',
    },
    sendBy: {
      label: 'Enviarlas por',
      help: 'Solo donde las facturas se envían al cliente.',
      values: { email: 'Correo', sms: 'Mensaje de texto', sms_and_email: 'Correo y mensaje de texto' },
    },
    liveMode: { label: 'Cobrar pagos reales', help: 'Desactivado: las facturas se hacen en modo de prueba.' },
    dueDays: { label: 'Días hasta el vencimiento', help: 'Para facturas que no indican ningún día.' },
    title: { label: 'Título de la factura', help: 'Encima de cada factura. Si está vacío: INVOICE.' },
    terms: { label: 'Condiciones y notas', help: 'Debajo de cada factura.' },
    phoneWhenMissing: {
      label: 'Teléfono cuando un cliente no tiene',
      help: '{Crm} no hace facturas sin teléfono. A menudo, el de tu propia oficina.',
    },
    waitMinutes: {
      label: 'Minutos de espera por el cliente',
      help: 'Cuando una factura llega antes que su cliente. Después, el contacto se crea con lo que sabe la factura.',
    },
  },
}

export const syncsInvoicesBackEs: Translation<typeof syncsInvoicesBackEn> = {
  title: 'Los pagos vuelven a Rankr',
  lead: 'Cuando una factura que vino de Rankr se envía, se paga o se anula en {crm}, se avisa a Rankr. Lo que Rankr nos ha dicho no se devuelve.',
  options: {
    sent: { label: 'Avisar de que se envió', help: 'Cuando alguien envía un borrador que vino de Rankr.' },
    payments: {
      label: 'Avisar de lo que se pagó',
      help: 'En parte o del todo, siempre como todo lo pagado hasta ahora.',
    },
    voided: { label: 'Avisar de que está anulada', help: 'Cuando alguien anula una factura que vino de Rankr.' },
  },
}
