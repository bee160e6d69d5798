// English of the built-in workflows `invoices` and `invoices-back`.

export const syncsInvoicesEn = {
  title: 'Invoices become invoices',
  lead: 'An invoice of Rankr becomes a draft on its customer and is kept up to date until it is sent. What was paid in Rankr is recorded, and what is void there becomes void here.',
  options: {
    send: {
      label: 'Send invoices to the customer',
      help: 'Off: what was sent in Rankr is only marked as sent. On: {crm} sends it too, so switch it off in Rankr.',
    },
    sendBy: {
      label: 'Send them by',
      help: 'Only where invoices are sent to the customer.',
      values: { email: 'E-mail', sms: 'Text message', sms_and_email: 'E-mail and text message' },
    },
    liveMode: { label: 'Take real payments', help: 'Off: invoices are made in test mode.' },
    dueDays: { label: 'Days until an invoice is due', help: 'For invoices that name no day.' },
    title: { label: 'Title of the invoice', help: 'Above each invoice. When it is empty: INVOICE.' },
    terms: { label: 'Terms and notes', help: 'Below each invoice.' },
    phoneWhenMissing: {
      label: 'Phone number when a customer has none',
      help: '{Crm} makes no invoice without one. Often that of your own office.',
    },
    waitMinutes: {
      label: 'Minutes to wait for the customer',
      help: 'When an invoice comes before its customer. After that the contact is made from what the invoice knows.',
    },
  },
} as const

export const syncsInvoicesBackEn = {
  title: 'Payments go back to Rankr',
  lead: 'When an invoice that came from Rankr is sent, paid or made void in {crm}, Rankr is told. What Rankr has told us is not sent back.',
  options: {
    sent: { label: 'Tell that it was sent', help: 'When somebody sends a draft that came from Rankr.' },
    payments: { label: 'Tell what was paid', help: 'In part or in full, always as all that was paid so far.' },
    voided: { label: 'Tell that it is void', help: 'When somebody makes an invoice void that came from Rankr.' },
  },
} as const
