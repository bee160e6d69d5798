// What has happened when a trigger starts a workflow: one or two sentences each.

export const triggerDescriptionsEs: Record<string, string> = {
  'The company opened another account.': 'La empresa abrió otra cuenta.',
  'The details of an account changed.': 'Cambiaron los datos de una cuenta.',
  'The app was installed and may work in this account.': 'La aplicación se instaló y puede trabajar en esta cuenta.',
  'The app may no longer act for this account until somebody reconnects it.':
    'La aplicación ya no puede actuar por esta cuenta hasta que alguien vuelva a conectarla.',
  'The time has come that the workflow names: every so many minutes or hours, daily, weekly or monthly.':
    'Llegó la hora que nombra el flujo: cada tantos minutos u horas, cada día, cada semana o cada mes.',
  'Another system called an address of this account.': 'Otro sistema llamó a una dirección de esta cuenta.',
  'A step of a workflow was tried as often as it may be and waits for somebody.':
    'Un paso de un flujo se intentó tantas veces como se permite y espera a alguien.',
  'A check found records that are not the same in both systems.':
    'Una comprobación encontró registros que no son iguales en ambos sistemas.',
  'The state of a ticket changed in the support desk.': 'Cambió el estado de un ticket en el centro de soporte.',
  'A webhook of this account was switched off by itself: its address is gone or has failed for days.':
    'Un webhook de esta cuenta se desactivó por sí mismo: su dirección ya no existe o lleva días fallando.',
  'Another account passed one of its events on to this one.': 'Otra cuenta pasó uno de sus eventos a esta.',
  'A time was booked in a calendar.': 'Se reservó una hora en un calendario.',
  'An appointment was moved, or its status changed.': 'Una cita se movió o cambió su estado.',
  'An appointment was deleted.': 'Se eliminó una cita.',
  'A way to join records was added.': 'Se añadió una forma de unir registros.',
  'A way to join records was changed.': 'Se cambió una forma de unir registros.',
  'A way to join records was deleted.': 'Se eliminó una forma de unir registros.',
  'The voice assistant finished a call.': 'El asistente de voz terminó una llamada.',
  'A campaign was started, paused or ended for a contact.': 'Una campaña empezó, se pausó o terminó para un contacto.',
  'A contact was added, by hand, by a form or by an app.':
    'Se añadió un contacto, a mano, por un formulario o por una aplicación.',
  'Details of a contact changed.': 'Cambiaron los datos de un contacto.',
  'A contact was deleted.': 'Se eliminó un contacto.',
  'A tag was added to a contact or taken off. The body lists all tags it has now.':
    'Se añadió o se quitó una etiqueta de un contacto. El cuerpo lista todas las que tiene ahora.',
  'A contact may be written to no longer, or again, in one channel or in all.':
    'Ya no se puede escribir a un contacto, o se puede de nuevo, en un canal o en todos.',
  'A conversation got unread messages or was read.': 'Una conversación tiene mensajes sin leer o se leyó.',
  'A chat was joined with the conversation of a known contact.':
    'Un chat se unió a la conversación de un contacto conocido.',
  'This app was added to the account.': 'Esta aplicación se añadió a la cuenta.',
  'This app was taken off the account.': 'Esta aplicación se quitó de la cuenta.',
  'This app moved to a newer version in the account.': 'Esta aplicación pasó a una versión más nueva en la cuenta.',
  'The account chose another plan of this app.': 'La cuenta eligió otro plan de esta aplicación.',
  'A payment for this app succeeded, failed or is under way.':
    'Un pago de esta aplicación se hizo, falló o está en curso.',
  'Whoever installed the app entered the key of their Rankr account.':
    'Quien instaló la aplicación introdujo la clave de su cuenta de Rankr.',
  'Somebody asked for help with this app.': 'Alguien pidió ayuda con esta aplicación.',
  'A request for help with this app got an answer or another state.':
    'Una solicitud de ayuda con esta aplicación recibió respuesta u otro estado.',
  'A request for help with this app was deleted.': 'Se eliminó una solicitud de ayuda con esta aplicación.',
  'An invoice was made.': 'Se hizo una factura.',
  'An invoice was changed.': 'Se cambió una factura.',
  'An invoice was sent to its customer.': 'Se envió una factura a su cliente.',
  'An invoice was paid in full.': 'Una factura se pagó del todo.',
  'A part of an invoice was paid.': 'Se pagó una parte de una factura.',
  'An invoice was made invalid.': 'Se anuló una factura.',
  'An invoice was deleted.': 'Se eliminó una factura.',
  'A knowledge base was made.': 'Se creó una base de conocimiento.',
  'The name or the description of a knowledge base changed.':
    'Cambió el nombre o la descripción de una base de conocimiento.',
  'A knowledge base was deleted.': 'Se eliminó una base de conocimiento.',
  'A question of a knowledge base was added, changed or deleted.':
    'Se añadió, cambió o eliminó una pregunta de una base de conocimiento.',
  'A file of a knowledge base was added, changed or deleted.':
    'Se añadió, cambió o eliminó un archivo de una base de conocimiento.',
  'A text of a knowledge base was added, changed or deleted.':
    'Se añadió, cambió o eliminó un texto de una base de conocimiento.',
  'A table of a knowledge base was added, changed or deleted.':
    'Se añadió, cambió o eliminó una tabla de una base de conocimiento.',
  'A web page of a knowledge base was added, changed or deleted.':
    'Se añadió, cambió o eliminó una página web de una base de conocimiento.',
  'A contact sent a message.': 'Un contacto envió un mensaje.',
  'Somebody, or something, sent a message to a contact.': 'Alguien, o algo, envió un mensaje a un contacto.',
  'A message waits to be delivered through a message provider of your own.':
    'Un mensaje espera a que lo entregue un proveedor de mensajes propio.',
  'Something happened to an e-mail that was sent.': 'Pasó algo con un correo que se envió.',
  'A note was written on a contact.': 'Se escribió una nota en un contacto.',
  'A note on a contact was changed.': 'Se cambió una nota de un contacto.',
  'A note on a contact was deleted.': 'Se eliminó una nota de un contacto.',
  'A new kind of records was defined.': 'Se definió un nuevo tipo de registros.',
  'The definition of a kind of records was changed.': 'Cambió la definición de un tipo de registros.',
  'A contact was put into a pipeline.': 'Se puso un contacto en un embudo.',
  'Anything about an opportunity changed.': 'Cambió algo de una oportunidad.',
  'An opportunity was deleted.': 'Se eliminó una oportunidad.',
  'An opportunity was won, lost, abandoned or opened again.':
    'Una oportunidad se ganó, se perdió, se abandonó o se abrió de nuevo.',
  'An opportunity moved to another stage of its pipeline.': 'Una oportunidad pasó a otra etapa de su embudo.',
  'The worth of an opportunity changed.': 'Cambió el valor de una oportunidad.',
  'An opportunity was given to somebody else.': 'Una oportunidad se asignó a otra persona.',
  'An order was placed in the CRM.': 'Se hizo un pedido en el CRM.',
  'An order was paid, completed, refunded or cancelled.': 'Un pedido se pagó, se completó, se reembolsó o se canceló.',
  'The company made a plan that it sells to accounts.': 'La empresa creó un plan que vende a las cuentas.',
  'A price of a product was added.': 'Se añadió un precio de un producto.',
  'A price of a product was changed.': 'Se cambió un precio de un producto.',
  'A price of a product was deleted.': 'Se eliminó un precio de un producto.',
  'A product was added.': 'Se añadió un producto.',
  'A product was changed.': 'Se cambió un producto.',
  'A product was deleted.': 'Se eliminó un producto.',
  'Somebody opened an account in Rankr.': 'Alguien abrió una cuenta en Rankr.',
  'Rankr recorded money that a customer brought in.': 'Rankr registró dinero que aportó un cliente.',
  'Rankr found a problem of a customer.': 'Rankr encontró un problema de un cliente.',
  'A problem of a customer changed.': 'Cambió un problema de un cliente.',
  'A problem of a customer was solved.': 'Se resolvió un problema de un cliente.',
  'A customer was added in Rankr.': 'Se añadió un cliente en Rankr.',
  'Details of a customer changed in Rankr.': 'Cambiaron los datos de un cliente en Rankr.',
  'A customer was removed in Rankr.': 'Se quitó un cliente en Rankr.',
  'An invoice was made in Rankr.': 'Se hizo una factura en Rankr.',
  'An invoice was changed in Rankr.': 'Se cambió una factura en Rankr.',
  'An invoice was sent to its customer by Rankr.': 'Rankr envió una factura a su cliente.',
  'An invoice was paid in Rankr, in full or in part.': 'Una factura se pagó en Rankr, del todo o en parte.',
  'An invoice was made invalid in Rankr.': 'Se anuló una factura en Rankr.',
  'A customer placed an order in Rankr.': 'Un cliente hizo un pedido en Rankr.',
  'Details of an order changed in Rankr.': 'Cambiaron los datos de un pedido en Rankr.',
  'An order was called off in Rankr.': 'Un pedido se canceló en Rankr.',
  'The money for an order was paid back in Rankr.': 'El dinero de un pedido se devolvió en Rankr.',
  'A record of a custom object, or a business, was added.':
    'Se añadió un registro de un objeto personalizado, o una empresa.',
  'A record of a custom object, or a business, was changed.':
    'Se cambió un registro de un objeto personalizado, o una empresa.',
  'A record of a custom object, or a business, was deleted.':
    'Se eliminó un registro de un objeto personalizado, o una empresa.',
  'Two records were joined.': 'Se unieron dos registros.',
  'Two records are joined no longer.': 'Dos registros ya no están unidos.',
  'A contact got a task.': 'Un contacto recibió una tarea.',
  'A task of a contact was marked as done.': 'Una tarea de un contacto se marcó como hecha.',
  'A task of a contact was deleted.': 'Se eliminó una tarea de un contacto.',
  'Somebody joined the account.': 'Alguien se unió a la cuenta.',
  'Details of somebody in the account changed.': 'Cambiaron los datos de alguien de la cuenta.',
  'Somebody left the account.': 'Alguien dejó la cuenta.',
}
