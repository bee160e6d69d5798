// What groups of fields are called, and the hints that stand below fields.

export const fieldGroupsEs: Record<string, string> = {
  Address: 'Dirección',
  More: 'Más',
  'Custom fields': 'Campos personalizados',
  Texts: 'Textos',
  Sender: 'Remitente',
  Paging: 'Páginas',
  Place: 'Lugar',
  People: 'Personas',
  Appointments: 'Citas',
  Sorting: 'Orden',
  Limits: 'Límites',
  Discount: 'Descuento',
  'Card or cheque': 'Tarjeta o cheque',
  'E-mail': 'Correo electrónico',
  Call: 'Llamada',
  Options: 'Opciones',
  Forecast: 'Previsión',
  Repetition: 'Repetición',
  Stock: 'Existencias',
}

export const fieldHelpsEs: Record<string, string> = {
  'Split when first and last name are not given.': 'Se divide cuando no se dan nombre y apellido.',
  'Where the contact came from.': 'De dónde vino el contacto.',
  'Two letters, like US or DE.': 'Dos letras, como US o MX.',
  'Like America/New_York.': 'Como America/New_York.',
  'Added to those the contact has.': 'Se añaden a las que tiene el contacto.',
  'When it is known already, for example from an earlier step.':
    'Cuando ya se conoce, por ejemplo por un paso anterior.',
  'A tag that does not exist yet is created.': 'Una etiqueta que aún no existe se crea.',
  'Added to the contact instead of deleting it.': 'Se añade al contacto en lugar de eliminarlo.',
  'Its conversations, notes and tasks go with it.': 'Sus conversaciones, notas y tareas se van con él.',
  'Which further fields belong together. Filled in from the field mapping of the account.':
    'Qué otros campos van juntos. Se rellena con la asignación de campos de la cuenta.',
  'The id in Rankr when empty.': 'Si está vacío, el identificador en Rankr.',
  'No invoice can be made without a phone number. Often that of your own office.':
    'Sin un número de teléfono no se puede hacer una factura. A menudo, el de tu propia oficina.',
  'In minutes, when the invoice comes before its customer. After that the contact is made from the invoice.':
    'En minutos, cuando la factura llega antes que su cliente. Después, el contacto se crea a partir de la factura.',
  'In units, like 19.99.': 'En unidades, como 19.99.',
  'Three letters, like USD or EUR.': 'Tres letras, como USD o MXN.',
  'Each with name, quantity and price. What they lack to the amount becomes one more line, what they exceed a discount.':
    'Cada uno con nombre, cantidad y precio. Lo que falte para el importe será una línea más; lo que sobre, un descuento.',
  'As Rankr has it. Not recorded.': 'Como lo tiene Rankr. No se registra.',
  'The day it arrives when empty.': 'Si está vacío, el día en que llega.',
  'When no day is given. 14 when empty.': 'Cuando no se da un día. Si está vacío, 14.',
  'Off for a test. On when empty.': 'Desactivado para una prueba. Si está vacío, activado.',
  'The business that bills. That of the account when empty.': 'La empresa que factura. Si está vacío, la de la cuenta.',
  'By e-mail when empty.': 'Si está vacío, por correo electrónico.',
  'Whoever installed the app when empty.': 'Si está vacío, quien instaló la aplicación.',
  'All payments together.': 'Todos los pagos juntos.',
  'Instead of what was paid so far. When both are empty the whole open amount is recorded.':
    'En lugar de lo pagado hasta ahora. Si ambos están vacíos, se registra todo lo pendiente.',
  'A payment with an id is recorded once.': 'Un pago con identificador se registra una sola vez.',
  'Another way when empty.': 'Si está vacío, de otra forma.',
  'Such as 21:00.': 'Como 21:00.',
  'Such as 08:00.': 'Como 08:00.',
  'Such as America/New_York. UTC when empty.': 'Como America/New_York. Si está vacío, UTC.',
  'For e-mail.': 'Para correo electrónico.',
  'What was named before gets no second message, such as welcome:usr_1.':
    'Lo que ya se nombró no recibe un segundo mensaje, como welcome:usr_1.',
  'An object; its members are written as {{ name }}.': 'Un objeto; sus miembros se escriben como {{ name }}.',
  'In minutes, when the order comes before its customer. After that the contact is made from the order.':
    'En minutos, cuando el pedido llega antes que su cliente. Después, el contacto se crea a partir del pedido.',
  'What of the total was paid back, in units.': 'Qué parte del total se reembolsó, en unidades.',
  'Each with name, quantity, price and, where there is one, sku.':
    'Cada uno con nombre, cantidad, precio y, si lo hay, SKU.',
  'Which products the items are, as "Find or make the products of an order" answers it.':
    'Qué productos son los artículos, como responde «Buscar o crear los productos de un pedido».',
  'A day or a moment of ISO 8601.': 'Un día o un momento según ISO 8601.',
  'By the key of the field. Fields that the account does not have are left out.':
    'Por la clave del campo. Los campos que la cuenta no tiene se omiten.',
  'What people call it.': 'Como lo llama la gente.',
  'Where it begins. The first one when empty.': 'Dónde empieza. Si está vacío, la primera.',
  'It stays where it is when empty.': 'Si está vacío, se queda donde está.',
  'In units, like 19.99. Below zero when it was given back.': 'En unidades, como 19.99. Bajo cero cuando se devolvió.',
  'A moment of ISO 8601. When it arrived when empty.': 'Un momento según ISO 8601. Si está vacío, cuando llegó.',
  'On when empty.': 'Si está vacío, activado.',
  'Low, medium, high or critical: the priority of the ticket.': 'Baja, media, alta o crítica: la prioridad del ticket.',
  'The length of the calendar when empty.': 'Si está vacío, la duración del calendario.',
  'Runs the workflows and messages of the calendar.': 'Ejecuta los flujos y mensajes del calendario.',
  'Small letters and underscores.': 'Letras minúsculas y guiones bajos.',
  'Small letters, digits and hyphens.': 'Letras minúsculas, cifras y guiones.',
  'What the contact has there is removed. A field that is given a value above keeps that value.':
    'Lo que el contacto tiene ahí se quita. Un campo al que se da un valor arriba conserva ese valor.',
  'Used when first and last name are not given.': 'Se usa cuando no se dan nombre y apellido.',
  'With country code, like +14155550100.': 'Con código de país, como +14155550100.',
  'The person who takes care of it.': 'La persona que se ocupa.',
  'Stops every message to this contact.': 'Detiene todo mensaje a este contacto.',
  'Text, a number, or a list of options, as the custom field wants it.':
    'Texto, un número o una lista de opciones, como lo pide el campo personalizado.',
  'Replaces all tags of the contact. Use “Add tags to a contact” to keep the others.':
    'Reemplaza todas las etiquetas del contacto. Usa «Añadir etiquetas a un contacto» para conservar las otras.',
  'Works only where the account allows two contacts with the same e-mail or phone.':
    'Solo funciona donde la cuenta permite dos contactos con el mismo correo o teléfono.',
  'A name, an e-mail address or a phone number.': 'Un nombre, una dirección de correo o un número de teléfono.',
  'Each with field, operator and value; a custom field is named customFields.<its id>.':
    'Cada una con field, operator y value; un campo personalizado se llama customFields.<su id>.',
  'Zero marks it as read.': 'Cero la marca como leída.',
  'The business that bills.': 'La empresa que factura.',
  'In percent.': 'En porcentaje.',
  'Off for a test.': 'Desactivado para una prueba.',
  'Names and values after the question mark.': 'Nombres y valores después del signo de interrogación.',
  'Say so when the other system does the same thing only once; a failed call is then tried again.':
    'Indícalo cuando el otro sistema hace lo mismo una sola vez; una llamada fallida se intenta entonces de nuevo.',
  'The account counts on when empty.': 'Si está vacío, la cuenta sigue contando.',
  'The whole open amount when empty.': 'Si está vacío, todo lo pendiente.',
  'It must open without a sign-in. 25 MB at most, videos 500 MB.':
    'Debe abrirse sin iniciar sesión. Como mucho 25 MB; videos, 500 MB.',
  'For every channel but e-mail.': 'Para todos los canales menos el correo.',
  'A sender that the account may use.': 'Un remitente que la cuenta pueda usar.',
  'Another address of the contact than the first one.': 'Otra dirección del contacto, no la primera.',
  'Web addresses of files that anybody can open.': 'Direcciones web de archivos que cualquiera puede abrir.',
  'Sends at once when empty.': 'Si está vacío, se envía de inmediato.',
  'Only for messages through a provider of your own.': 'Solo para mensajes a través de un proveedor propio.',
  'They must open without a sign-in. 25 MB each at most: pictures, PDF, Word, text, sound, MP4, ZIP.':
    'Deben abrirse sin iniciar sesión. Como mucho 25 MB cada uno: imágenes, PDF, Word, texto, sonido, MP4, ZIP.',
  'As a code, like #FFAA00.': 'Como código, por ejemplo #FFAA00.',
  'The number of the field, as "List fields of a custom object" shows it.':
    'El número del campo, como lo muestra «Listar campos de un objeto personalizado».',
  'The number of the folder that the field goes into.': 'El número de la carpeta a la que va el campo.',
  'In the currency of the account.': 'En la moneda de la cuenta.',
  'Like 19.99, not in cents.': 'Como 19.99, no en centavos.',
  'Field keys without the prefix of the object. Money is an object with currency and value, options are given by key.':
    'Claves de campo sin el prefijo del objeto. El dinero es un objeto con currency y value; las opciones se dan por su clave.',
  'Each with field, operator and value; a field is named properties.<its key>.':
    'Cada una con field, operator y value; un campo se llama properties.<su clave>.',
  'Each with field and direction.': 'Cada uno con field y direction.',
  'One ticket per number: a second one is never made.': 'Un ticket por número: nunca se crea un segundo.',
  'Only where several are connected: the id of the one that has the ticket. Else the first one.':
    'Solo donde hay varios conectados: el identificador del que tiene el ticket. Si no, el primero.',
  'Added to those the ticket has.': 'Se añaden a las que tiene el ticket.',
  'As it was given when the ticket was created.': 'Como se dio al crear el ticket.',
  'Tags the contact does not have are ignored.': 'Las etiquetas que el contacto no tiene se ignoran.',
  'Only with "Add": the contacts have the given tags and no others afterwards.':
    'Solo con «Añadir»: los contactos quedan con las etiquetas dadas y ninguna otra.',
  'For workflows that count from an event.': 'Para flujos que cuentan desde un evento.',
  'True when the contact has one of these tags.': 'Verdadero cuando el contacto tiene una de estas etiquetas.',
  'True when one of the tags matches.': 'Verdadero cuando coincide una de las etiquetas.',
  'True when one of the items matches.': 'Verdadero cuando coincide uno de los artículos.',
  'For every few minutes or hours. They are counted from midnight, universal time.':
    'Para cada ciertos minutos u horas. Se cuentan desde la medianoche, hora universal.',
  'For every day, week or month. From 00:00 to 23:59, like 09:00.':
    'Para cada día, semana o mes. De 00:00 a 23:59, como 09:00.',
  'For every week.': 'Para cada semana.',
  'For every month. In shorter months it is the last day.': 'Para cada mes. En los meses más cortos es el último día.',
  "Like Europe/Madrid. The account's own when left empty.": 'Como Europe/Madrid. Si está vacío, la de la cuenta.',
  'Any of the account when left empty. They are made on the page for incoming webhooks.':
    'Si está vacío, cualquiera de la cuenta. Se crean en la página de webhooks entrantes.',
}
