// What the actions of the CRM do: one or two sentences each.

export const crmActionDescriptionsEs: Record<string, string> = {
  'Reads the name, the address, the time zone and the settings of this account.':
    'Lee el nombre, la dirección, la zona horaria y los ajustes de esta cuenta.',
  'Reads the names of all time zones.': 'Lee los nombres de todas las zonas horarias.',
  'Reads the notes on one appointment.': 'Lee las notas de una cita.',
  'Writes a note on an appointment.': 'Escribe una nota en una cita.',
  'Deletes a note on an appointment.': 'Elimina una nota de una cita.',
  'Books a time in a calendar for a contact.': 'Reserva una hora en un calendario para un contacto.',
  'Reads one appointment.': 'Lee una cita.',
  'Moves an appointment or changes its status, person or place.':
    'Mueve una cita o cambia su estado, su persona o su lugar.',
  'Deletes an appointment, or frees a blocked time again.': 'Elimina una cita, o vuelve a liberar un tiempo bloqueado.',
  'Reads appointments of a calendar, a group or a person in a period. One of the three must be given.':
    'Lee las citas de un calendario, un grupo o una persona en un período. Hay que dar uno de los tres.',
  'Reads which kinds of records can be joined in this account.':
    'Lee qué tipos de registros se pueden unir en esta cuenta.',
  'Reads one association.': 'Lee una asociación.',
  'Reads one association by the key it was made with.': 'Lee una asociación por la clave con la que se creó.',
  'Reads the associations that one kind of records takes part in.':
    'Lee las asociaciones en las que participa un tipo de registros.',
  'Lets records of two kinds be joined.': 'Permite unir registros de dos tipos.',
  'Changes what the two sides of an association are called.': 'Cambia cómo se llaman los dos lados de una asociación.',
  'Deletes an association and parts all records joined through it.':
    'Elimina una asociación y separa todos los registros unidos por ella.',
  'Reads when a calendar, a group or a person cannot be booked.':
    'Lee cuándo no se puede reservar un calendario, un grupo o una persona.',
  'Keeps a time of a calendar from being booked.': 'Impide que se reserve un tiempo de un calendario.',
  'Moves or renames a blocked time.': 'Mueve un tiempo bloqueado o le cambia el nombre.',
  'Reads all blogs of the account.': 'Lee todos los blogs de la cuenta.',
  'Reads the posts of a blog.': 'Lee las entradas de un blog.',
  'Adds a post to a blog.': 'Añade una entrada a un blog.',
  'Writes a post of a blog anew.': 'Vuelve a escribir una entrada de un blog.',
  'Reads the authors of blog posts.': 'Lee los autores de las entradas de blog.',
  'Reads the categories of blog posts.': 'Lee las categorías de las entradas de blog.',
  'Tells whether a web address ending is taken.': 'Dice si el final de una dirección web está ocupado.',
  'Adds a business that contacts can belong to.': 'Añade una empresa a la que pueden pertenecer contactos.',
  'Reads all businesses of the account.': 'Lee todas las empresas de la cuenta.',
  'Reads one business.': 'Lee una empresa.',
  'Changes the details of a business.': 'Cambia los datos de una empresa.',
  'Deletes a business; its contacts stay.': 'Elimina una empresa; sus contactos se quedan.',
  'Reads the contacts that belong to one business.': 'Lee los contactos que pertenecen a una empresa.',
  'Makes contacts belong to one business. Without a business they belong to none afterwards.':
    'Hace que unos contactos pertenezcan a una empresa. Sin empresa, después no pertenecen a ninguna.',
  'Reads all calendars of the account.': 'Lee todos los calendarios de la cuenta.',
  'Reads one calendar.': 'Lee un calendario.',
  'Adds a calendar that contacts can book.': 'Añade un calendario que los contactos pueden reservar.',
  'Changes the details of a calendar.': 'Cambia los datos de un calendario.',
  'Deletes a calendar and with it the ways to book it.': 'Elimina un calendario y con él las formas de reservarlo.',
  'Reads when a calendar can be booked, at most 31 days at once.':
    'Lee cuándo se puede reservar un calendario, como mucho 31 días a la vez.',
  'Reads all groups of calendars.': 'Lee los grupos de calendarios.',
  'Adds a group that several calendars can belong to.': 'Añade un grupo al que pueden pertenecer varios calendarios.',
  'Changes the name, the text or the address of a group of calendars.':
    'Cambia el nombre, el texto o la dirección de un grupo de calendarios.',
  'Deletes a group; its calendars stay.': 'Elimina un grupo; sus calendarios se quedan.',
  'Reads the campaigns of the account.': 'Lee las campañas de la cuenta.',
  'Starts a campaign for one contact.': 'Inicia una campaña para un contacto.',
  'Stops a campaign for one contact.': 'Detiene una campaña para un contacto.',
  'Stops every campaign for one contact.': 'Detiene todas las campañas para un contacto.',
  'Reads groups of products.': 'Lee los grupos de productos.',
  'Reads one group of products.': 'Lee un grupo de productos.',
  'Adds a group of products.': 'Añade un grupo de productos.',
  'Changes a group of products.': 'Cambia un grupo de productos.',
  'Deletes a group; its products stay.': 'Elimina un grupo; sus productos se quedan.',
  'Finds the contact by e-mail or phone, as the account is set, and updates it; creates it when there is none. Leaves tags alone unless given: given tags replace all others.':
    'Busca el contacto por correo o teléfono, según los ajustes de la cuenta, y lo actualiza; lo crea si no hay ninguno. No toca las etiquetas si no se dan: las que se dan reemplazan a todas las demás.',
  'Creates a contact. Fails when the account does not allow a second one with the same e-mail or phone.':
    'Crea un contacto. Falla si la cuenta no permite un segundo con el mismo correo o teléfono.',
  'Reads one contact with its tags and custom fields.': 'Lee un contacto con sus etiquetas y campos personalizados.',
  'Changes the given fields of a contact. Given tags replace all others.':
    'Cambia los campos dados de un contacto. Las etiquetas dadas reemplazan a todas las demás.',
  'Deletes a contact with its notes and tasks. It can be restored by hand for some time.':
    'Elimina un contacto con sus notas y tareas. Durante un tiempo se puede restaurar a mano.',
  'Finds contacts by text or by conditions. New contacts show up some seconds after they were made.':
    'Busca contactos por texto o por condiciones. Los contactos nuevos aparecen unos segundos después de crearse.',
  'Looks a contact up by its exact e-mail or phone, as the account itself does before it creates one.':
    'Busca un contacto por su correo o teléfono exacto, como lo hace la propia cuenta antes de crear uno.',
  'Lets people of the account follow a contact.': 'Hace que personas de la cuenta sigan a un contacto.',
  'Takes people off the followers of a contact.': 'Quita personas de los seguidores de un contacto.',
  'Reads every appointment of one contact.': 'Lee todas las citas de un contacto.',
  'Finds conversations by contact, person, text or state.':
    'Busca conversaciones por contacto, persona, texto o estado.',
  'Opens a conversation with a contact that has none yet.':
    'Abre una conversación con un contacto que aún no tiene ninguna.',
  'Reads one conversation without its messages.': 'Lee una conversación sin sus mensajes.',
  'Marks a conversation as read, unread or starred.': 'Marca una conversación como leída, sin leer o destacada.',
  'Deletes a conversation with its messages.': 'Elimina una conversación con sus mensajes.',
  'Reads coupons.': 'Lee los cupones.',
  'Reads one coupon by its number and code.': 'Lee un cupón por su número y su código.',
  'Adds a coupon.': 'Añade un cupón.',
  'Writes a coupon anew.': 'Vuelve a escribir un cupón.',
  'Deletes a coupon; payments made with it stay.': 'Elimina un cupón; los pagos hechos con él se quedan.',
  'Reads the custom fields of contacts and opportunities.':
    'Lee los campos personalizados de contactos y oportunidades.',
  'Reads one custom field of contacts or opportunities.': 'Lee un campo personalizado de contactos u oportunidades.',
  'Adds a custom field to contacts or to opportunities.': 'Añade un campo personalizado a contactos o a oportunidades.',
  'Renames a custom field or changes how forms show it.':
    'Cambia el nombre de un campo personalizado o cómo lo muestran los formularios.',
  'Deletes a custom field with its values on every contact or opportunity.':
    'Elimina un campo personalizado con sus valores en todos los contactos u oportunidades.',
  'Reads the custom values of the account.': 'Lee los valores personalizados de la cuenta.',
  'Reads one custom value.': 'Lee un valor personalizado.',
  'Adds a value that texts of the account can use by name.':
    'Añade un valor que los textos de la cuenta pueden usar por su nombre.',
  'Changes the name and the value of a custom value.': 'Cambia el nombre y el valor de un valor personalizado.',
  'Deletes a custom value; texts that use it show nothing instead.':
    'Elimina un valor personalizado; los textos que lo usan ya no muestran nada en su lugar.',
  'Finds e-mail campaigns by name or state.': 'Busca campañas de correo por nombre o estado.',
  'Reads one e-mail campaign.': 'Lee una campaña de correo.',
  'Reads how many e-mails were sent, opened and clicked.':
    'Lee cuántos correos se enviaron, se abrieron y recibieron clics.',
  'Finds e-mail templates by name.': 'Busca plantillas de correo por nombre.',
  'Reads one e-mail template.': 'Lee una plantilla de correo.',
  'Adds an e-mail template.': 'Añade una plantilla de correo.',
  'Changes the text, the subject or the sender of an e-mail template.':
    'Cambia el texto, el asunto o el remitente de una plantilla de correo.',
  'Deletes an e-mail template.': 'Elimina una plantilla de correo.',
  'Makes a draft of an estimate.': 'Hace un borrador de presupuesto.',
  'Finds estimates by text, contact, state or date.': 'Busca presupuestos por texto, contacto, estado o fecha.',
  'Writes an estimate anew. Everything must be given.': 'Vuelve a escribir un presupuesto. Hay que darlo todo.',
  'Sends an estimate, or only marks it as sent.': 'Envía un presupuesto, o solo lo marca como enviado.',
  'Makes an invoice from an estimate.': 'Hace una factura a partir de un presupuesto.',
  'Deletes an estimate.': 'Elimina un presupuesto.',
  'Reads the number that the next estimate gets.': 'Lee el número que recibirá el próximo presupuesto.',
  'Reads all forms of the account.': 'Lee todos los formularios de la cuenta.',
  'Reads what people sent through forms.': 'Lee lo que se envió con los formularios.',
  'Reads funnels and websites of the account.': 'Lee los embudos web y sitios web de la cuenta.',
  'Reads the pages of a funnel or a website.': 'Lee las páginas de un embudo web o de un sitio web.',
  'Reads how much of each article is in stock.': 'Lee cuántas unidades hay de cada artículo.',
  'Writes how much of articles is in stock.': 'Escribe cuántas unidades hay de los artículos.',
  'Reads invoice templates.': 'Lee las plantillas de factura.',
  'Reads one invoice template.': 'Lee una plantilla de factura.',
  'Adds a template that invoices can start from.': 'Añade una plantilla de la que pueden partir las facturas.',
  'Writes an invoice template anew.': 'Vuelve a escribir una plantilla de factura.',
  'Deletes an invoice template; invoices made from it stay.':
    'Elimina una plantilla de factura; las facturas hechas con ella se quedan.',
  'Makes a draft of an invoice. Send it with "Send an invoice".':
    'Hace un borrador de factura. Envíalo con «Enviar una factura».',
  'Makes an invoice and sends it at once, or keeps it as a draft.':
    'Hace una factura y la envía de inmediato, o la guarda como borrador.',
  'Finds invoices by text, contact, state or date.': 'Busca facturas por texto, contacto, estado o fecha.',
  'Writes an invoice anew. Everything must be given, as what is left out is lost.':
    'Vuelve a escribir una factura. Hay que darlo todo, pues lo que se omite se pierde.',
  'Sends an invoice, or only marks it as sent.': 'Envía una factura, o solo la marca como enviada.',
  'Makes an invoice invalid; it stays in the books.': 'Anula una factura; sigue en los libros.',
  'Notes that an invoice was paid outside, in full or in part.':
    'Anota que una factura se pagó fuera, del todo o en parte.',
  'Deletes a draft of an invoice.': 'Elimina un borrador de factura.',
  'Reads the number that the next invoice gets.': 'Lee el número que recibirá la próxima factura.',
  'Reads all trigger links of the account.': 'Lee todos los enlaces con disparador de la cuenta.',
  'Finds trigger links by name.': 'Busca enlaces con disparador por nombre.',
  'Reads one trigger link.': 'Lee un enlace con disparador.',
  'Adds a trigger link.': 'Añade un enlace con disparador.',
  'Changes the name and the target of a trigger link.': 'Cambia el nombre y el destino de un enlace con disparador.',
  'Deletes a trigger link; whoever clicks it finds nothing.':
    'Elimina un enlace con disparador; quien haga clic en él no encuentra nada.',
  'Reads files and folders of the media library.': 'Lee los archivos y carpetas de la biblioteca de medios.',
  'Puts a file that stays at its web address into the media library.':
    'Pone en la biblioteca de medios un archivo que sigue en su dirección web.',
  'Copies a file from a web address that needs no sign-in into the media library.':
    'Copia en la biblioteca de medios un archivo de una dirección web que no pide iniciar sesión.',
  'Gives a file or a folder another name.': 'Da otro nombre a un archivo o a una carpeta.',
  'Adds a folder to the media library.': 'Añade una carpeta a la biblioteca de medios.',
  'Deletes a file, or a folder with all in it.': 'Elimina un archivo, o una carpeta con todo lo que contiene.',
  'Sends a text message, an e-mail or a chat message to a contact, now or at a given time.':
    'Envía un mensaje de texto, un correo o un mensaje de chat a un contacto, ahora o a una hora dada.',
  'Sends an e-mail to a contact, now or at a given time.': 'Envía un correo a un contacto, ahora o a una hora dada.',
  'Puts a message that came in through a provider of your own into the conversation.':
    'Pone en la conversación un mensaje que llegó por un proveedor propio.',
  'Puts a call that was made outside into the conversation.': 'Pone en la conversación una llamada que se hizo fuera.',
  'Reads the messages of one conversation, newest first.':
    'Lee los mensajes de una conversación, los más recientes primero.',
  'Reads one message.': 'Lee un mensaje.',
  'Reads one e-mail with its full text.': 'Lee un correo con su texto completo.',
  'Tells how a message sent through a provider of your own fared.':
    'Dice qué pasó con un mensaje enviado por un proveedor propio.',
  'Takes back a message that has not been sent yet.': 'Retira un mensaje que aún no se envió.',
  'Takes back an e-mail that has not been sent yet.': 'Retira un correo que aún no se envió.',
  'Reads the messages of all conversations of the account, page by page.':
    'Lee los mensajes de todas las conversaciones de la cuenta, página por página.',
  'Stores files so that a message can carry them.': 'Guarda archivos para que un mensaje pueda llevarlos.',
  'Reads what was said in a recorded call.': 'Lee lo que se dijo en una llamada grabada.',
  'Writes a note on a contact.': 'Escribe una nota en un contacto.',
  'Reads every note of one contact.': 'Lee todas las notas de un contacto.',
  'Reads one note of a contact.': 'Lee una nota de un contacto.',
  'Changes the text or the title of a note.': 'Cambia el texto o el título de una nota.',
  'Deletes a note of a contact.': 'Elimina una nota de un contacto.',
  'Reads the fields and the folders of a custom object.': 'Lee los campos y las carpetas de un objeto personalizado.',
  'Reads one field of a custom object.': 'Lee un campo de un objeto personalizado.',
  'Adds a field to a custom object.': 'Añade un campo a un objeto personalizado.',
  'Renames a field of a custom object or changes its options.':
    'Cambia el nombre de un campo de un objeto personalizado o sus opciones.',
  'Deletes a field with its values on every record.': 'Elimina un campo con sus valores en todos los registros.',
  'Adds a folder that groups fields of a custom object.':
    'Añade una carpeta que agrupa campos de un objeto personalizado.',
  'Reads the definitions of all objects, the built-in ones too.':
    'Lee las definiciones de todos los objetos, también los incorporados.',
  'Reads the definition of one object with its fields.': 'Lee la definición de un objeto con sus campos.',
  'Adds a new kind of records. Only the company that manages the account may do this.':
    'Añade un nuevo tipo de registros. Solo puede hacerlo la empresa que administra la cuenta.',
  'Changes the names of a custom object and which fields can be searched.':
    'Cambia los nombres de un objeto personalizado y en qué campos se puede buscar.',
  'Puts a contact into a pipeline as a possible sale. Most accounts allow one per contact and pipeline.':
    'Pone un contacto en un embudo como venta posible. La mayoría de las cuentas permite una por contacto y embudo.',
  'Reads one opportunity.': 'Lee una oportunidad.',
  'Moves an opportunity to another stage or changes its name, value, status or person.':
    'Mueve una oportunidad a otra etapa o cambia su nombre, valor, estado o persona.',
  'Marks an opportunity as won, lost, abandoned or open again.':
    'Marca una oportunidad como ganada, perdida, abandonada o abierta de nuevo.',
  'Deletes an opportunity; its contact stays.': 'Elimina una oportunidad; su contacto se queda.',
  'Lets people of the account follow an opportunity.': 'Hace que personas de la cuenta sigan una oportunidad.',
  'Takes people off the followers of an opportunity.': 'Quita personas de los seguidores de una oportunidad.',
  'Finds opportunities by text, contact, pipeline, stage, status or person.':
    'Busca oportunidades por texto, contacto, embudo, etapa, estado o persona.',
  'Reads the reasons that the account has for losing a sale.':
    'Lee los motivos que la cuenta tiene para perder una venta.',
  'Finds orders that were placed in the CRM.': 'Busca pedidos que se hicieron en el CRM.',
  'Notes that an order was paid outside, in full or in part.':
    'Anota que un pedido se pagó fuera, del todo o en parte.',
  'Reads what was shipped of an order.': 'Lee lo que se envió de un pedido.',
  'Notes that items of an order were shipped, with their tracking numbers.':
    'Anota que se enviaron artículos de un pedido, con sus números de seguimiento.',
  'Reads all pipelines of the account with their stages.': 'Lee todos los embudos de la cuenta con sus etapas.',
  'Reads the prices of one product.': 'Lee los precios de un producto.',
  'Reads one price of a product.': 'Lee un precio de un producto.',
  'Gives a product a price, paid once or again and again.':
    'Da un precio a un producto, que se paga una vez o una y otra vez.',
  'Writes a price anew.': 'Vuelve a escribir un precio.',
  'Deletes a price of a product.': 'Elimina un precio de un producto.',
  'Finds products by name.': 'Busca productos por nombre.',
  'Reads one product.': 'Lee un producto.',
  'Adds a product. Give it a price with "Add a price".': 'Añade un producto. Dale un precio con «Añadir un precio».',
  'Writes a product anew.': 'Vuelve a escribir un producto.',
  'Deletes a product with its prices.': 'Elimina un producto con sus precios.',
  'Adds a record to a custom object.': 'Añade un registro a un objeto personalizado.',
  'Reads one record of a custom object.': 'Lee un registro de un objeto personalizado.',
  'Changes values of a record; an empty value clears a field.':
    'Cambia valores de un registro; un valor vacío borra un campo.',
  'Deletes a record of a custom object.': 'Elimina un registro de un objeto personalizado.',
  'Finds records of a custom object. New records show up some seconds after they were made.':
    'Busca registros de un objeto personalizado. Los registros nuevos aparecen unos segundos después de crearse.',
  'Makes a draft of an invoice that repeats. Start it with "Start a recurring invoice".':
    'Hace un borrador de una factura que se repite. Iníciala con «Iniciar una factura recurrente».',
  'Reads recurring invoices.': 'Lee las facturas recurrentes.',
  'Reads one recurring invoice with the invoices it made.': 'Lee una factura recurrente con las facturas que hizo.',
  'Writes a recurring invoice anew. Everything must be given.':
    'Vuelve a escribir una factura recurrente. Hay que darlo todo.',
  'Lets a recurring invoice go out at its times.': 'Hace que una factura recurrente salga a sus horas.',
  'Stops a recurring invoice; invoices that went out stay.':
    'Detiene una factura recurrente; las facturas que salieron se quedan.',
  'Deletes a recurring invoice; invoices that went out stay.':
    'Elimina una factura recurrente; las facturas que salieron se quedan.',
  'Reads web address redirects.': 'Lee las redirecciones de direcciones web.',
  'Leads one web address of the account to another.': 'Lleva una dirección web de la cuenta a otra.',
  'Leads a redirect to another target.': 'Lleva una redirección a otro destino.',
  'Ends a redirect.': 'Termina una redirección.',
  'Joins two records through an association. The first one is of the first side of the association.':
    'Une dos registros mediante una asociación. El primero es del primer lado de la asociación.',
  'Reads what one record is joined to.': 'Lee a qué está unido un registro.',
  'Ends the joining of two records; both stay.': 'Separa dos registros; ambos se quedan.',
  'Reads which social media accounts are connected.': 'Lee qué cuentas de redes sociales están conectadas.',
  'Finds social media posts of a period.': 'Busca publicaciones en redes sociales de un período.',
  'Reads one social media post.': 'Lee una publicación en redes sociales.',
  'Posts at once or at a given time, or keeps a draft.':
    'Publica de inmediato o a una hora dada, o guarda un borrador.',
  'Writes a post anew that was not posted yet.': 'Vuelve a escribir una publicación que aún no salió.',
  'Deletes a social media post.': 'Elimina una publicación en redes sociales.',
  'Reads the categories that posts can have.': 'Lee las categorías que pueden tener las publicaciones.',
  'Reads the tags that posts can have.': 'Lee las etiquetas que pueden tener las publicaciones.',
  'Reads posts, likes, followers and impressions of the last days.':
    'Lee publicaciones, «me gusta», seguidores e impresiones de los últimos días.',
  'Finds subscriptions by contact or date.': 'Busca suscripciones por contacto o fecha.',
  'Reads one subscription.': 'Lee una suscripción.',
  'Reads all surveys of the account.': 'Lee todas las encuestas de la cuenta.',
  'Reads what people answered in surveys.': 'Lee lo que se respondió en las encuestas.',
  'Adds tags to a contact and keeps those it has.': 'Añade etiquetas a un contacto y conserva las que tiene.',
  'Takes tags off a contact; tags it does not have are ignored.':
    'Quita etiquetas de un contacto; las que no tiene se ignoran.',
  'Adds tags to several contacts at once, or takes them off.':
    'Añade etiquetas a varios contactos a la vez, o las quita.',
  'Reads all tags of the account.': 'Lee todas las etiquetas de la cuenta.',
  'Reads one tag of the account.': 'Lee una etiqueta de la cuenta.',
  'Adds a tag to the list of the account without giving it to anybody.':
    'Añade una etiqueta a la lista de la cuenta sin dársela a nadie.',
  'Gives a tag another name on every contact that has it.':
    'Da otro nombre a una etiqueta en todos los contactos que la tienen.',
  'Deletes a tag and takes it off every contact.': 'Elimina una etiqueta y la quita de todos los contactos.',
  'Gives a contact a task with a due time.': 'Da a un contacto una tarea con fecha límite.',
  'Reads every task of one contact.': 'Lee todas las tareas de un contacto.',
  'Reads one task of a contact.': 'Lee una tarea de un contacto.',
  'Changes the title, the text, the due time or the person of a task.':
    'Cambia el título, el texto, la fecha límite o la persona de una tarea.',
  'Marks a task as done, or as open again.': 'Marca una tarea como hecha, o de nuevo como abierta.',
  'Deletes a task of a contact.': 'Elimina una tarea de un contacto.',
  'Finds tasks of all contacts by text, person or state.':
    'Busca tareas de todos los contactos por texto, persona o estado.',
  'Reads the e-mail and text message templates of the account.':
    'Lee las plantillas de correo y de mensajes de texto de la cuenta.',
  'Finds payments by contact, order, invoice or date.': 'Busca pagos por contacto, pedido, factura o fecha.',
  'Reads one payment.': 'Lee un pago.',
  'Finds people of the account by name or e-mail.': 'Busca personas de la cuenta por nombre o correo.',
  'Reads one person of the account.': 'Lee una persona de la cuenta.',
  'Reads the workflows of the account.': 'Lee los flujos de la cuenta.',
  'Starts a workflow of the account for one contact.': 'Inicia un flujo de la cuenta para un contacto.',
  'Stops a workflow of the account for one contact.': 'Detiene un flujo de la cuenta para un contacto.',
}
