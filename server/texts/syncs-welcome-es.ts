// Spanish of the built-in workflow `welcome`.

import type { syncsWelcomeEn } from './syncs-welcome-en.ts'
import type { Translation } from './texts.ts'

export const syncsWelcomeEs: Translation<typeof syncsWelcomeEn> = {
  title: 'Se da la bienvenida a los usuarios nuevos',
  lead: 'Quien se registra en Rankr se convierte en un contacto y recibe un mensaje de bienvenida: una vez, no de noche y no si el contacto no quiere ser molestado.',
  options: {
    channel: {
      label: 'Por',
      help: 'Con lo que tu cuenta envía mensajes.',
      values: { email: 'Correo', sms: 'Mensaje de texto' },
    },
    subject: { label: 'Asunto', help: 'Para el correo.' },
    body: { label: 'Mensaje', help: 'El nombre y el correo del usuario van entre llaves dobles, como en el ejemplo.' },
    quietFrom: {
      label: 'Silencio desde',
      help: 'En la zona horaria de la cuenta, por ejemplo 21:00. Vacío: a cualquier hora.',
    },
    initialSync: {
      label: 'Después, traer lo que ya hay en Rankr',
      help: 'Una vez para esta cuenta: clientes, pedidos y facturas, si sus sincronizaciones están activadas. No se escribe a nadie por ellos.',
    },
    quietUntil: { label: 'Silencio hasta', help: 'Entonces salen los mensajes de la noche, por ejemplo 08:00.' },
  },
}
