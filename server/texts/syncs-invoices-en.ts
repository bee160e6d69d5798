// English of the built-in workflows `invoices` and `invoices-back`.

export const syncsInvoicesEn = {
  title: 'Invoices become invoices',
  lead: 'An invoice from Rankr becomes a draft for its customer and is kept up to date until it is sent. Payments in Rankr are recorded, and invoices voided there are voided here.',
  options: {
    send: {
      label: 'Send invoices to the customer',
      help: 'Off: what was sent in Rankr is only marked as sent. On: {crm} sends it too, so switch sending off in Rankr.',
    },
    sendBy: {
      label: 'Send them by',
      help: 'Only if invoices are sent to the customer.',
      values: { email: 'E-mail', sms: 'Text message', sms_and_email: 'E-mail and text message' },
    },
    liveMode: { label: 'Take real payments', help: 'Off: invoices are created in test mode.' },
    dueDays: { label: 'Days until an invoice is due', help: 'For invoices without a due date.' },
    title: { label: 'Title of the invoice', help: 'At the top of each invoice. If empty: INVOICE.' },
    terms: { label: 'Terms and notes', help: 'At the bottom of each invoice.' },
    phoneWhenMissing: {
      label: 'Phone number when a customer has none',
      help: '{Crm} requires one on every invoice. Often that of your own office.',
    },
    waitMinutes: {
      label: 'Minutes to wait for the customer',
      help: 'When an invoice arrives before its customer. After that, the contact is created from the data of the invoice.',
    },
  },
} as const

export const syncsInvoicesBackEn = {
  title: 'Payments go back to Rankr',
  lead: 'When an invoice that came from Rankr is sent, paid or voided in {crm}, Rankr is updated. Changes that came from Rankr are not sent back.',
  options: {
    sent: { label: 'Report when sent', help: 'When somebody sends a draft that came from Rankr.' },
    payments: { label: 'Report payments', help: 'Partial or full, always as the total paid so far.' },
    voided: { label: 'Report when voided', help: 'When somebody voids an invoice that came from Rankr.' },
  },
} as const
