// Spanish of the audit.

import type { auditEn } from './audit-en.ts'
import type { Translation } from './texts.ts'

export const auditEs: Translation<typeof auditEn> = {
  tab: 'Auditoría',
  title: 'Auditoría',
  intro:
    'Quién cambió qué y cuándo: datos, ajustes, claves y accesos. Las entradas están encadenadas, así que un cambio en ellas se nota.',
  search: 'Buscar',
  by: 'Por',
  from: 'Desde',
  to: 'Hasta',
  export: 'Exportar como CSV',
  what: 'Qué',
  record: 'Registro',
  event: 'El evento que lo causó',
  emptyTitle: 'Aún no se ha cambiado nada',
  emptyText: 'En cuanto se escriba o se ajuste algo, aparecerá aquí para siempre.',
  noMatchTitle: 'No hay entradas que coincidan',
  noMatchText: 'Busca otra palabra o elige otros días.',
  kinds: {
    sync: 'Sincronización',
    mapping: 'Campos',
    workflow: 'Flujo',
    run: 'Ejecución de un flujo',
    route: 'Ruta',
    event: 'Evento',
    replay: 'Nuevo envío',
    settings: 'Ajustes',
    connection: 'Conexión con Rankr',
    desk: 'Centro de soporte',
    webhook: 'Webhook',
    client: 'Aplicación',
    incoming_webhook: 'Webhook entrante',
    builder_trigger: 'Disparador',
    'initial-sync': 'Sincronización inicial',
    'integrity-check': 'Comprobación de datos',
    'integrity-finding': 'Hallazgo de una comprobación',
    'sample-test': 'Prueba de ejemplo',
  },
  actors: {
    user: 'Una persona',
    system: 'Esta aplicación',
    client: 'Una aplicación tuya',
    crm: '{Crm}',
    rankr: 'Rankr',
    operator: 'El operador',
  },
}
