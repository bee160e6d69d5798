// Spanish of what the app writes into the CRM and Rankr for people: notes, line by line, and names of what it makes there. By the English text; `{name}` stands for what differs.

/** What our own actions write. */
export const notesEs: Record<string, string> = {
  'Order {number}': 'Pedido {number}',
  'Order {number}: {total}, {status}': 'Pedido {number}: {total}, {status}',
  'Paid back: {amount}': 'Reembolsado: {amount}',
  'Placed on {day}': 'Realizado el {day}',
  '… and {count} more': '… y {count} más',
  'Order {number} waits for its place.': 'El pedido {number} espera su lugar.',
  'Customer {id} was merged into customer {into} in Rankr. Its contact stays as it is.':
    'El cliente {id} se fusionó con el cliente {into} en Rankr. Su contacto queda como está.',
  'Customer {id} was merged into customer {into} in Rankr. Its contact ({reach}) stays as it is.':
    'El cliente {id} se fusionó con el cliente {into} en Rankr. Su contacto ({reach}) queda como está.',
  'Customer {id} was merged into customer {into} in Rankr. What changes from now on goes to the contact of that customer.':
    'El cliente {id} se fusionó con el cliente {into} en Rankr. Lo que cambie a partir de ahora va al contacto de ese cliente.',
  'Kept on the former contact:': 'Se queda en el contacto anterior:',
  'Invoices that were sent: {count}': 'Facturas enviadas: {count}',
  'Opportunities: {count}': 'Oportunidades: {count}',
  'Joined records: {count}': 'Registros vinculados: {count}',
  'Older notes: {count}': 'Notas anteriores: {count}',
  'From the contact of customer {id}, {day}.': 'Del contacto del cliente {id}, {day}.',
  'From the contact of customer {id}.': 'Del contacto del cliente {id}.',
  'The contact of this customer was deleted in the CRM on {day}.':
    'El contacto de este cliente se eliminó en el CRM el {day}.',
  'Revenue of customer {id}': 'Ingresos del cliente {id}',
  'Invoice {number}': 'Factura {number}',
  INVOICE: 'FACTURA',
  Order: 'Pedido',
  Orders: 'Pedidos',
  'Orders of Rankr': 'Pedidos de Rankr',
  'Order number': 'Número de pedido',
  'Order in Rankr': 'Pedido en Rankr',
  Status: 'Estado',
  Total: 'Total',
  Currency: 'Moneda',
  'Placed on': 'Realizado el',
  Items: 'Artículos',
  'Items as data': 'Artículos como datos',
  Customer: 'Cliente',
  'Customer in Rankr': 'Cliente en Rankr',
  'Paid back': 'Reembolsado',
}

/** What workflows that come with the app, and our API, have written. */
export const workflowNotesEs: Record<string, string> = {
  'Customer {id} of Rankr, added on {at}.': 'Cliente {id} de Rankr, añadido el {at}.',
  'Customer {id} was deleted in Rankr on {at}.': 'El cliente {id} se eliminó en Rankr el {at}.',
  'Customer {id} was deleted by an app on {day}.': 'Una app eliminó al cliente {id} el {day}.',
  'Ticket {id} was opened: {title}': 'Se abrió el ticket {id}: {title}',
}
