// Spanish of the built-in workflows `tickets` and `tickets-back`.

import type { syncsTicketsBackEn, syncsTicketsEn } from './syncs-tickets-en.ts'
import type { Translation } from './texts.ts'

export const syncsTicketsEs: Translation<typeof syncsTicketsEn> = {
  title: 'Las incidencias pasan a ser tickets',
  lead: 'Una incidencia que encuentra Rankr pasa a ser un ticket de tu centro de soporte, se mantiene al día allí y se resuelve cuando lo dice Rankr. Conecta antes el centro de soporte.',
  options: {
    tags: { label: 'Etiquetas de cada ticket', help: 'Separadas por comas, de hasta 32 letras cada una.' },
    note: { label: 'Escribir una nota en el contacto', help: 'Cuando se abre un ticket, con su dirección.' },
    tellRankr: {
      label: 'Anotar el ticket en la incidencia de Rankr',
      help: 'Su número y su dirección. Necesita el id. y el secreto de cliente de Rankr en la página de conexión.',
    },
    lastWord: {
      label: 'Última palabra al cliente',
      help: 'Se dice en el ticket cuando la incidencia se resuelve. Si está vacía, no se dice nada.',
    },
  },
}

export const syncsTicketsBackEs: Translation<typeof syncsTicketsBackEn> = {
  title: 'Los estados de los tickets vuelven',
  lead: 'Cuando alguien del centro de soporte resuelve un ticket, lo reabre o espera al cliente, lo saben Rankr y el contacto. Lo que se cambió desde aquí no se devuelve.',
  options: {
    rankr: {
      label: 'Avisar a Rankr',
      help: 'El estado de la incidencia allí. Necesita el id. y el secreto de cliente de Rankr en la página de conexión.',
    },
    note: { label: 'Escribir una nota en el contacto', help: 'Con el nuevo estado y la dirección del ticket.' },
    solvedTag: {
      label: 'Etiqueta cuando se resuelve un ticket',
      help: 'Se quita cuando se reabre. Si está vacía, no hay etiqueta.',
    },
    task: { label: 'Crear una tarea cuando se espera al cliente', help: 'En el contacto, con vencimiento inmediato.' },
    pipelineId: {
      label: 'Embudo de la oportunidad que se mueve',
      help: 'Cuando se resuelve un ticket, se mueve la oportunidad abierta de su contacto. Ninguno: no se mueve nada.',
    },
    stageId: { label: 'Etapa a la que se mueve', help: 'Una del embudo elegido arriba.' },
  },
}
