// What our own actions do, and those of Rankr and of support desks: one or two sentences each.

export const ownActionDescriptionsEs: Record<string, string> = {
  'Finds the contact that belongs to a user of Rankr by the remembered pair, then e-mail, then phone; updates it, or creates it when there is none. The contact may be that of a customer, too.':
    'Busca el contacto de un usuario de Rankr por el par recordado, luego por correo y luego por teléfono; lo actualiza, o lo crea si no hay ninguno. El contacto puede ser también el de un cliente.',
  'Finds the contact that belongs to a Rankr customer by the remembered pair, then e-mail, then phone; updates it, or creates it when there is none. Keeps tags that are there.':
    'Busca el contacto de un cliente de Rankr por el par recordado, luego por correo y luego por teléfono; lo actualiza, o lo crea si no hay ninguno. Conserva las etiquetas que ya tiene.',
  'Adds tags to the contact that belongs to a Rankr customer.': 'Añade etiquetas al contacto de un cliente de Rankr.',
  'Writes a note on the contact that belongs to a Rankr customer, once per event.':
    'Escribe una nota en el contacto de un cliente de Rankr, una vez por evento.',
  'Tags and notes the contact of a customer that was deleted in Rankr. Deletes the contact only when told to; a customer that has no contact is left alone.':
    'Pone una etiqueta y una nota al contacto de un cliente que se eliminó en Rankr. Elimina el contacto solo si se le indica; un cliente que no tiene contacto se deja como está.',
  'Finds the business with the name of the company, makes it when there is none, and puts the contact of the customer into it. A contact that a person has moved since stays where it is.':
    'Busca la empresa por su nombre, la crea si no hay ninguna y pone en ella el contacto del cliente. Un contacto que alguien movió después se queda donde está.',
  'Lets the contact of the customer that stays take over tags, orders and empty fields from the other one, which gets a tag and a note. No contact is deleted.':
    'El contacto del cliente que queda toma las etiquetas, los pedidos y los campos vacíos del otro, que recibe una etiqueta y una nota. No se elimina ningún contacto.',
  'Tags and notes the customer whose contact was deleted, and marks it as archived where that is wanted. Never deletes a customer.':
    'Pone una etiqueta y una nota al cliente cuyo contacto se eliminó, y lo marca como archivado si así se quiere. Nunca elimina un cliente.',
  'Changes the Rankr customer that belongs to a contact, field by field; makes one where that is wanted. Where both sides changed a field the rule decides.':
    'Cambia el cliente de Rankr de un contacto, campo por campo; lo crea si así se quiere. Donde ambos lados cambiaron un campo decide la regla.',
  'Sends the event, signed, to a web address that was set up for this account.':
    'Envía el evento, firmado, a una dirección web que se configuró para esta cuenta.',
  'Reads the addresses at which other systems tell this account something.':
    'Lee las direcciones en las que otros sistemas avisan a esta cuenta.',
  'Hands the event to the account at the other end of a route, once per event.':
    'Entrega el evento a la cuenta del otro extremo de una ruta, una vez por evento.',
  'Hands the event to a workflow of the CRM that was set up to start with it.':
    'Entrega el evento a un flujo del CRM que se configuró para empezar con él.',
  'Tells a step of the CRM’s own builder, at which a contact waits, that it is done, with its result or its failure.':
    'Avisa a un paso del creador de flujos del CRM, en el que espera un contacto, de que terminó, con su resultado o su fallo.',
  'Brings over what is in Rankr already: customers, then orders, then invoices, as far as syncs for them are switched on. Once for each account; nobody is written to.':
    'Trae lo que ya hay en Rankr: clientes, luego pedidos y luego facturas, según las sincronizaciones activadas. Una vez por cuenta; no se escribe a nadie.',
  'Ends the pair of a record in Rankr and one of the account, when either is gone. The record that is left stays as it is.':
    'Termina el par de un registro de Rankr y uno de la cuenta cuando uno de los dos ya no existe. El que queda sigue como está.',
  'Deletes a record or an opportunity of an order that stands for the same order as another one, or a draft of an invoice; an invoice that was sent and not paid is made void. Leaves records alone that do not stand for the same.':
    'Elimina el registro o la oportunidad de un pedido que representa el mismo pedido que otro, o un borrador de factura; una factura enviada y no pagada se anula. Deja los registros que no representan lo mismo.',
  'Makes a draft of an invoice of Rankr on the contact of its customer, or changes the draft it has become. What was sent is not changed any more.':
    'Hace un borrador de una factura de Rankr en el contacto de su cliente, o cambia el borrador que ya existe. Lo que se envió ya no se cambia.',
  'Sends a draft to its customer, or only marks it as sent. One that was sent before is left alone.':
    'Envía un borrador a su cliente, o solo lo marca como enviado. Uno que ya se envió se deja como está.',
  'Notes what was paid, in full or in part. Only what is missing to what was paid so far is recorded, so that nothing is counted twice.':
    'Anota lo que se pagó, del todo o en parte. Solo se registra lo que falta para lo pagado hasta ahora, para no contar nada dos veces.',
  'Makes the invoice invalid; it stays in the books. One that never came over is left alone.':
    'Anula la factura; sigue en los libros. Una que nunca se trajo se deja como está.',
  'Reads an invoice that came from Rankr and says whether it is further than Rankr knows: sent, paid in part or in full, or void.':
    'Lee una factura que vino de Rankr y dice si está más avanzada de lo que Rankr sabe: enviada, pagada en parte o del todo, o anulada.',
  'Says when somebody may be written to: now, or when the quiet hours end.':
    'Dice cuándo se puede escribir a alguien: ahora, o cuando terminen las horas de silencio.',
  'Sends an e-mail or a text message to a contact, once for each event or for what you name. Contacts that do not want to be disturbed get none.':
    'Envía un correo o un mensaje de texto a un contacto, una vez por evento o por lo que tú nombres. Los contactos que no quieren que se les moleste no reciben nada.',
  'Makes a record of an order of Rankr and joins it to the contact of its customer, or changes the record it has become. Where the account has no place for orders yet, it is kept as a note and moved later.':
    'Hace un registro de un pedido de Rankr y lo une al contacto de su cliente, o cambia el registro que ya existe. Si la cuenta aún no tiene lugar para pedidos, se guarda como nota y se mueve después.',
  'Changes single values of an order that has become a record, or that waits as a note. What is left empty stays as it is.':
    'Cambia valores sueltos de un pedido que ya es un registro o que espera como nota. Lo que queda vacío sigue como está.',
  'Makes the record of an order that was kept as a note because the account had no place for orders, and deletes the note. Leaves any other order alone.':
    'Hace el registro de un pedido que se guardó como nota porque la cuenta no tenía lugar para pedidos, y elimina la nota. Deja cualquier otro pedido como está.',
  'Finds the product of each item by its article number (SKU), makes it with its price where there is none, and remembers it. Items without a number are left alone.':
    'Busca el producto de cada artículo por su número (SKU), lo crea con su precio si no hay ninguno y lo recuerda. Los artículos sin número se dejan como están.',
  'Makes one opportunity for an order on the contact of its customer, or changes the one it has: value and status follow the order, and its stage where one is chosen; in between it stays where people move it.':
    'Crea una oportunidad por pedido en el contacto de su cliente, o cambia la que ya tiene: el valor y el estado siguen al pedido, y su etapa donde se haya elegido una; entretanto se queda donde la mueva la gente.',
  'Notes what a customer brought in, with its source and campaign, and brings the fields of its contact up to date: sums, number of payments and orders, first and last source.':
    'Anota lo que aportó un cliente, con su origen y su campaña, y actualiza los campos de su contacto: sumas, número de pagos y pedidos, primer y último origen.',
  'Makes one opportunity for a customer, or changes the one it has: its value is all that the customer brought in, in the currency of most of its payments.':
    'Crea una oportunidad por cliente, o cambia la que ya tiene: su valor es todo lo que aportó el cliente, en la moneda de la mayoría de sus pagos.',
  'Opens a ticket for an issue of Rankr, or brings the one up to date that was opened before. Opens a solved one again when the issue changes after that.':
    'Abre un ticket para una incidencia de Rankr, o actualiza el que ya se abrió. Reabre uno resuelto si la incidencia cambia después.',
  'Marks the ticket of an issue of Rankr as solved; does nothing when there is none, or when it is solved already.':
    'Marca como resuelto el ticket de una incidencia de Rankr; no hace nada si no hay ninguno o si ya está resuelto.',
  'Reads a ticket anew and says whether its state is news, and of which issue and contact. What we have changed ourselves is no news.':
    'Vuelve a leer un ticket y dice si su estado es nuevo, y de qué incidencia y contacto. Lo que cambiamos nosotros no es nuevo.',
  'Moves the open opportunity that a contact has in a pipeline to a stage; does nothing when there is none.':
    'Mueve a una etapa la oportunidad abierta que un contacto tiene en un embudo; no hace nada si no hay ninguna.',
  'Sends a request to another system and hands its answer to the next steps. Addresses inside our own network are refused.':
    'Envía una solicitud a otro sistema y entrega su respuesta a los pasos siguientes. Las direcciones dentro de nuestra propia red se rechazan.',
  'Reads one invoice.': 'Lee una factura.',
  'Reads one order with its items.': 'Lee un pedido con sus artículos.',
  'Finds the customer by number, then by e-mail, and updates it; creates it when there is none.':
    'Busca el cliente por número y luego por correo, y lo actualiza; lo crea si no hay ninguno.',
  'Changes the given fields of a customer.': 'Cambia los campos dados de un cliente.',
  'Reads one customer.': 'Lee un cliente.',
  'Reads customers page by page.': 'Lee clientes página por página.',
  'Adds tags to a customer and keeps those it has.': 'Añade etiquetas a un cliente y conserva las que tiene.',
  'Takes tags off a customer; tags it does not have are ignored.':
    'Quita etiquetas de un cliente; las que no tiene se ignoran.',
  'Adds a note to a customer.': 'Añade una nota a un cliente.',
  'Reads orders page by page.': 'Lee pedidos página por página.',
  'Tells Rankr what became of an order.': 'Avisa a Rankr de qué pasó con un pedido.',
  'Reads invoices page by page.': 'Lee facturas página por página.',
  'Tells Rankr that an invoice was sent, paid or voided in the CRM.':
    'Avisa a Rankr de que una factura se envió, se pagó o se anuló en el CRM.',
  'Tells Rankr what became of the ticket that was opened for an issue.':
    'Avisa a Rankr de qué pasó con el ticket que se abrió por una incidencia.',
  'Opens a ticket in the support desk, or finds the one that was opened for the same issue before.':
    'Abre un ticket en el centro de soporte, o encuentra el que ya se abrió por la misma incidencia.',
  'Changes the subject, the status or the priority of a ticket, or adds tags.':
    'Cambia el asunto, el estado o la prioridad de un ticket, o añade etiquetas.',
  'Marks a ticket as solved, with a last word to the customer when given.':
    'Marca un ticket como resuelto, con una última palabra al cliente si se da.',
  'Adds a comment to a ticket, for the customer or only for the people of the desk.':
    'Añade un comentario a un ticket, para el cliente o solo para la gente del centro.',
  'Reads one ticket.': 'Lee un ticket.',
  'Looks up the ticket that was opened for an issue.': 'Busca el ticket que se abrió por una incidencia.',
}
