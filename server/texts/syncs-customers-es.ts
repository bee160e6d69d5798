// Spanish of the built-in workflow `customers`.

import type { syncsCustomersEn } from './syncs-customers-en.ts'
import type { Translation } from './texts.ts'

export const syncsCustomersEs: Translation<typeof syncsCustomersEn> = {
  title: 'Los clientes se convierten en contactos',
  lead: 'Un cliente nuevo o cambiado se busca por correo y después por teléfono, y se convierte en un solo contacto. Las etiquetas que ya tiene se quedan.',
  options: {
    tags: { label: 'Etiquetas en cada contacto', help: 'Separa varias con comas.' },
    note: { label: 'Escribir una nota', help: 'En cada contacto nuevo, con lo que Rankr sabe del cliente.' },
    business: {
      label: 'Poner los contactos en la empresa a la que pertenecen',
      help: 'Se busca una empresa con ese nombre antes de crearla.',
    },
    deleteContacts: {
      label: 'Eliminar el contacto cuando el cliente se elimina en Rankr',
      help: 'Desactivado: el contacto se queda y recibe una etiqueta y una nota. Activado: se elimina con sus conversaciones, notas y tareas.',
    },
  },
}
