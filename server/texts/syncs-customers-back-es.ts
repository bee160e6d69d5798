// Spanish of the workflow that brings contacts back to Rankr.

export const syncsCustomersBackEs = {
  title: 'Contactos de vuelta a Rankr',
  lead: 'Lo que cambia en un contacto cambia el cliente en Rankr. Necesita el identificador y el secreto de cliente de Rankr en la página de conexión.',
  options: {
    create: {
      label: 'Convertir contactos nuevos en clientes de Rankr',
      help: 'Solo contactos con correo electrónico o teléfono.',
    },
    tags: { label: 'Añadir en Rankr las etiquetas del contacto', help: 'Allí nunca se quitan etiquetas.' },
    rule: {
      label: 'Cuando los dos lados cambiaron un campo',
      help: 'El valor descartado se guarda en la auditoría.',
      values: { newest: 'Vale el cambio más reciente', rankr: 'Vale Rankr', crm: 'Vale el contacto' },
    },
    deleted: {
      label: 'Cuando se elimina un contacto',
      help: 'El cliente nunca se elimina en Rankr.',
      values: {
        note: 'Etiquetar al cliente y escribir una nota',
        archive: 'Etiqueta, nota y marcarlo como archivado',
        nothing: 'No decir nada a Rankr',
      },
    },
  },
} as const
