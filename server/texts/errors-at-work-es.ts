// Spanish of the errors at work: the same codes, or the compiler complains.

import type { WORK_ERRORS } from '../errors-at-work.ts'

export const workErrorsEs: Record<keyof typeof WORK_ERRORS, { title: string; detail: string }> = {
  crm_unreachable: {
    title: 'El CRM no respondió',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  crm_rate_limited: {
    title: 'El CRM nos pide ir más despacio',
    detail: 'Se intenta de nuevo por sí solo cuando el límite lo permite.',
  },
  crm_unavailable: {
    title: 'El CRM tiene un problema',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  crm_unauthorized: {
    title: 'El CRM rechazó nuestro acceso',
    detail: 'Abre la página de ajustes y pulsa Volver a conectar.',
  },
  crm_scope_missing: {
    title: 'Falta un permiso',
    detail: 'Abre la página de ajustes, revisa los permisos y concede el que falta.',
  },
  crm_suspended: {
    title: 'La cuenta no está activa en el CRM',
    detail: 'Pide al propietario de la cuenta que la active de nuevo.',
  },
  crm_not_found: {
    title: 'El CRM no conoce este registro',
    detail: 'Puede que se haya eliminado allí.',
  },
  crm_duplicate: {
    title: 'El CRM ya tiene un registro así',
    detail: 'La respuesta nombra el registro que existe. Úsalo, o cambia el valor que debe ser único.',
  },
  crm_rejected: {
    title: 'El CRM rechazó los datos',
    detail: 'Corrige los campos que nombra la respuesta e inténtalo de nuevo.',
  },
  order_place_missing: {
    title: 'La cuenta aún no tiene lugar para pedidos',
    detail:
      'Un administrador lo crea en los ajustes de la aplicación, en Sincronización, Pedidos. Hasta entonces los pedidos esperan como notas y se pueden leer por su identificador.',
  },
  rankr_unreachable: {
    title: 'Rankr no respondió',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  rankr_unavailable: {
    title: 'Rankr tiene un problema',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  rankr_rate_limited: {
    title: 'Rankr quiere menos llamadas',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  rankr_not_found: {
    title: 'Rankr no conoce este registro',
    detail: 'Puede que se haya eliminado allí.',
  },
  rankr_not_connected: {
    title: 'Aún no podemos llamar a Rankr',
    detail:
      'Introduce el identificador de cliente y el secreto de Rankr en la página de conexión y envía esto de nuevo.',
  },
  rankr_rejected: {
    title: 'Rankr rechazó los datos',
    detail: 'Corrige los campos que nombra la respuesta e inténtalo de nuevo.',
  },
  rankr_unauthorized: {
    title: 'Rankr rechazó nuestro acceso',
    detail: 'Abre la página de ajustes y conecta Rankr de nuevo.',
  },
  support_unreachable: {
    title: 'El centro de soporte no respondió',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  support_unavailable: {
    title: 'El centro de soporte tiene un problema',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  support_rate_limited: {
    title: 'El centro de soporte quiere menos llamadas',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  support_not_found: {
    title: 'El centro de soporte no conoce este ticket',
    detail: 'Puede que se haya eliminado allí.',
  },
  support_not_connected: {
    title: 'No hay ningún centro de soporte conectado',
    detail: 'Conecta uno en la página del centro de soporte y envía esto de nuevo.',
  },
  support_unauthorized: {
    title: 'El centro de soporte rechazó nuestro acceso',
    detail: 'Introduce una clave válida en la página del centro de soporte y envía esto de nuevo.',
  },
  support_rejected: {
    title: 'El centro de soporte rechazó los datos',
    detail: 'Corrige los campos que nombra la respuesta e inténtalo de nuevo.',
  },
  support_ticket_closed: {
    title: 'El ticket está cerrado',
    detail: 'Un ticket cerrado ya no se puede cambiar. Abre uno nuevo.',
  },
  url_not_allowed: {
    title: 'No se puede llamar a esta dirección',
    detail: 'Usa una dirección pública que empiece por https://.',
  },
  target_unreachable: {
    title: 'La dirección no respondió',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  target_resting: {
    title: 'El otro lado no responde',
    detail: 'Las llamadas se retienen un momento; se intenta de nuevo por sí solo.',
  },
  target_rejected: {
    title: 'La dirección rechazó los datos',
    detail: 'Lee su respuesta y corrige lo que nombra.',
  },
  target_unavailable: {
    title: 'La dirección tiene un problema',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  target_gone: {
    title: 'La dirección ya no recibe eventos',
    detail: 'Su webhook se desactivó. Introduce otra dirección, o quítalo.',
  },
  file_missing: {
    title: 'No se puede abrir el archivo',
    detail: 'Revisa que su dirección sea correcta y se abra sin iniciar sesión, y envía esto de nuevo.',
  },
  file_too_large: {
    title: 'El archivo es demasiado grande',
    detail: 'Usa un archivo más pequeño.',
  },
  file_wrong_type: {
    title: 'Este tipo de archivo no se acepta',
    detail: 'Usa un archivo de otro tipo.',
  },
  file_unreachable: {
    title: 'No se pudo leer el archivo',
    detail: 'Se intenta de nuevo por sí solo.',
  },
  loop_stopped: {
    title: 'Se detuvo un bucle',
    detail: 'Este evento se pasó demasiadas veces. Revisa qué rutas y flujos se alimentan entre sí.',
  },
  route_target_full: {
    title: 'La otra cuenta no puede recibir más por ahora',
    detail:
      'Allí esperan demasiados eventos. Se vuelve a intentar por sí solo durante un día más o menos; después es un evento fallido, que se puede enviar otra vez.',
  },
  event_breaks_off: {
    title: 'Trabajar en este evento interrumpe la app',
    detail:
      'Cada vez que se empezó, la app o su base de datos se interrumpió a la mitad. Indica a soporte el id del evento; cuando la causa esté corregida, envíalo de nuevo.',
  },
  effect_unsettled: {
    title: 'Aún no se sabe si el último intento llegó',
    detail: 'Se averigua y se intenta de nuevo por sí solo.',
  },
  effect_unknown: {
    title: 'No se sabe si esto se llevó a cabo',
    detail: 'La conexión se cortó durante la llamada. Mira en tu CRM: si está, descarta esto; si no, envíalo de nuevo.',
  },
  workflow_invalid: {
    title: 'El flujo tiene problemas',
    detail: 'Corrige los pasos que nombra errors.',
  },
  value_invalid: {
    title: 'Un valor no se puede usar',
    detail: 'Corrige el registro, o cambia cómo se forma el valor en el paso que nombra detail.',
  },
  workflow_uncallable: {
    title: 'No se puede llamar al flujo',
    detail: 'Activa el flujo llamado y revisa que los flujos no se llamen entre sí en círculo.',
  },
  action_unknown: {
    title: 'Acción desconocida',
    detail: 'Elige una acción del catálogo.',
  },
  action_input_invalid: {
    title: 'A la acción le falta un valor que necesita',
    detail: 'Corrige los campos que nombra errors.',
  },
  customer_unmatchable: {
    title: 'El cliente no tiene ni correo ni teléfono',
    detail: 'Añade en Rankr una dirección de correo o un número de teléfono.',
  },
  record_busy: {
    title: 'Otra cosa trabaja en este registro',
    detail: 'Espera lo que dice Retry-After y envíalo de nuevo.',
  },
  invoice_unknown: {
    title: 'La factura aún no se ha traído',
    detail: 'Trae primero la factura e inténtalo de nuevo.',
  },
  invoice_contact_incomplete: {
    title: 'El contacto de la factura está incompleto',
    detail: 'El CRM no hace facturas sin correo y número de teléfono. Añade lo que falta y envíalo de nuevo.',
  },
  invoice_closed: {
    title: 'La factura ya no se puede cambiar',
    detail: 'Solo se cambian borradores, y con lo anulado no se puede hacer nada. Haz una factura nueva.',
  },
  payment_id_reused: {
    title: 'Este id de pago es de otro pago',
    detail: 'Usa un id nuevo para cada pago; repite uno solo con el mismo importe.',
  },
  invoice_sender_missing: {
    title: 'Nadie puede enviar la factura',
    detail:
      'El CRM quiere un usuario que la envíe. Elige uno, o que un usuario de la cuenta instale la aplicación de nuevo.',
  },
  customer_awaited: {
    title: 'El cliente aún no está aquí',
    detail: 'El registro espera a su cliente y se intenta de nuevo por sí solo.',
  },
  customer_missing: {
    title: 'Falta el cliente de este registro',
    detail: 'Trae primero al cliente, o envía con el registro una dirección de correo o un número de teléfono.',
  },
}
