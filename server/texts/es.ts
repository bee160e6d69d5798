// Spanish, addressed as "tú".

import { accountsEs } from './accounts-es.ts'
import { auditEs } from './audit-es.ts'
import { backfillEs } from './backfill-es.ts'
import { desksEs } from './desks-es.ts'
import { developerKeysEs, tryRequestEs } from './developer-keys-es.ts'
import { developersEs } from './developers-es.ts'
import { docsEs } from './docs-es.ts'
import { editorEs } from './editor-es.ts'
import { fanOutEs } from './fan-out-es.ts'
import { glossaryEs } from './glossary-es.ts'
import { incomingEs } from './incoming-es.ts'
import { installEs } from './install-es.ts'
import { integrityEs } from './integrity-es.ts'
import { mappingEs } from './mapping-es.ts'
import { portalEs } from './portal-es.ts'
import { revenueEs } from './revenue-es.ts'
import { runsEs } from './runs-es.ts'
import { settingsEs } from './settings-es.ts'
import { syncsEs } from './syncs-es.ts'
import { ordersEs } from './syncs-orders-es.ts'
import type { Translation } from './texts.ts'
import { workflowPanelEs } from './workflow-panel-es.ts'
import { workflowsEs } from './workflows-es.ts'

export const es: Translation = {
  crm: 'tu CRM',
  product: 'Rankr Connect',

  shell: {
    skip: 'Saltar al contenido',
    navigation: 'Ajustes',
    opening: 'Abriendo tus ajustes…',
    support: 'Obtener ayuda',
    docs: 'Documentación',
    theme: 'Colores',
    themeSystem: 'Como el sistema',
    themeLight: 'Claro',
    themeDark: 'Oscuro',
    noScript: 'Esta página necesita JavaScript. Actívalo en tu navegador y vuelve a cargarla.',
    messages: 'Mensajes',
  },
  session: {
    unreachableTitle: 'Abre esta página dentro de {crm}',
    unreachableDetail:
      'Esta página muestra los ajustes de una sola cuenta, y solo {crm} puede decirnos cuál. Inicia sesión allí y ábrela desde el menú, en la entrada de la aplicación.',
    refusedTitle: 'No pudimos abrir tus ajustes',
    offlineTitle: 'El servidor no responde',
    offlineDetail: 'Comprueba tu conexión e inténtalo de nuevo. No se pierde nada de lo que guardaste.',
    failedTitle: 'Esto no funcionó',
    failedDetail: 'Inténtalo de nuevo. Si vuelve a ocurrir, envía el identificador de la solicitud a soporte.',
    repeatTitle: 'Púlsalo otra vez, por favor',
    repeatDetail: 'Entretanto se renovó tu sesión, así que todavía no se ha enviado nada.',
  },
  navigation: {
    overview: 'Resumen',
    connection: 'Rankr',
    desks: 'Centro de soporte',
    syncs: 'Sincronización',
    revenue: 'Ingresos',
    activity: 'Actividad',
    developers: 'Desarrolladores',
    permissions: 'Permisos',
    webhooks: 'Webhooks',
    incoming: 'Webhooks entrantes',
    routes: 'Rutas',
    workflows: 'Flujos',
    mapping: 'Campos',
    keys: 'Claves de API',
    audit: 'Historial',
    integrity: 'Comprobación',
  },
  actions: {
    save: 'Guardar',
    cancel: 'Cancelar',
    close: 'Cerrar',
    dismiss: 'Descartar',
    retry: 'Intentar de nuevo',
    copy: 'Copiar',
    copied: 'Copiado',
    copyFailed: 'Seleccionado. Pulsa Ctrl+C o ⌘C para copiar.',
    reveal: 'Mostrar',
    hide: 'Ocultar',
    remove: 'Quitar',
    refresh: 'Actualizar',
    filter: 'Filtrar',
    clearFilter: 'Quitar filtros',
    newer: 'Más recientes',
    older: 'Más antiguos',
    back: 'Volver',
  },
  confirm: {
    title: '¿Seguro?',
    type: 'Para confirmar, escribe',
  },
  states: {
    asTable: 'Mostrar como tabla',
    loading: 'Cargando…',
    done: 'Hecho',
    open: 'Pendiente',
    problem: 'Requiere atención',
    on: 'Activado',
    off: 'Desactivado',
    required: 'Obligatorio',
    optional: 'Opcional',
    never: 'Nunca',
    none: 'Ninguno',
    requestId: 'Identificador de la solicitud',
    pages: 'Páginas',
    errors: { one: 'Hay que corregir una cosa', other: 'Hay que corregir {count} cosas' },
    steps: '{done} de {count} hechos',
    noMatches: 'No hay coincidencias',
    matches: { one: 'Una coincidencia', other: '{count} coincidencias' },
  },

  settings: settingsEs,
  syncs: syncsEs,
  revenue: revenueEs,
  orders: ordersEs,
  backfill: backfillEs,
  accounts: accountsEs,
  day: {
    title: 'Las últimas 24 horas',
    none: 'No llegó ningún evento en las últimas 24 horas.',
    hour: 'Hora (UTC)',
    events: 'Eventos',
    taken: 'Recibidos',
    failed: 'Fallidos',
    label: '{events} eventos en las últimas 24 horas, {failed} fallidos. La tabla de abajo tiene las cifras.',
    column: '{hour}: {events} eventos, {failed} fallidos',
  },
  glossary: glossaryEs,
  audit: auditEs,
  mapping: mappingEs,
  workflows: workflowsEs,
  panel: workflowPanelEs,
  runs: runsEs,
  editor: editorEs,
  fanOut: fanOutEs,
  incoming: incomingEs,
  developers: developersEs,
  desks: desksEs,
  developerKeys: developerKeysEs,
  portal: portalEs,
  tryRequest: tryRequestEs,
  install: installEs,
  integrity: integrityEs,
  docs: docsEs,
}
