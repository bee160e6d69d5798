// Spanish of the error codes (server/errors.ts): the same codes, or the compiler complains.

import type { ErrorCode } from '../errors.ts'

export const errorsEs: Record<ErrorCode, { title: string; detail: string }> = {
  invalid_request: {
    title: 'La solicitud no es válida',
    detail: 'Corrige los campos que nombra errors y envíala de nuevo.',
  },
  malformed_json: {
    title: 'El cuerpo no es JSON válido',
    detail: 'Envía un documento JSON con Content-Type: application/json.',
  },
  unauthenticated: {
    title: 'Sin iniciar sesión',
    detail: 'Envía una credencial válida e inténtalo de nuevo.',
  },
  session_expired: {
    title: 'La sesión terminó',
    detail: 'Vuelve a cargar la página para iniciar sesión de nuevo.',
  },
  credential_invalid: {
    title: 'La clave de API o el token de acceso no es válido',
    detail: 'Comprueba que se copió completo, u obtén uno nuevo.',
  },
  credential_expired: {
    title: 'La clave de API o el token de acceso venció',
    detail: 'Pide un nuevo token de acceso, o crea una nueva clave.',
  },
  credential_revoked: {
    title: 'La clave de API o el token de acceso se retiró',
    detail: 'Crea uno nuevo en las páginas de desarrolladores de la cuenta.',
  },
  invalid_signature: {
    title: 'La firma no coincide',
    detail: 'Firma los bytes exactos del cuerpo con el secreto de firma actual y envíalo de nuevo.',
  },
  form_outdated: {
    title: 'Esta página está desactualizada',
    detail: 'Vuelve atrás, carga la página de nuevo y pulsa otra vez el botón. No se cambió nada.',
  },
  forbidden: {
    title: 'No está permitido',
    detail: 'Pide a un administrador de esta cuenta que lo haga o que cambie tu rol.',
  },
  insufficient_scope: {
    title: 'Falta un permiso',
    detail: 'Da a la aplicación los permisos que nombra missingScopes y usa un nuevo token de acceso.',
  },
  address_not_allowed: {
    title: 'Esta clave no se puede usar desde aquí',
    detail: 'Llama desde una dirección que la clave permita, o añade esta dirección a la clave.',
  },
  sandbox_unavailable: {
    title: 'Aquí no hay entorno de pruebas',
    detail:
      'Las credenciales de prueba solo actúan en el entorno de pruebas. Usa una real, o un servidor que tenga ese entorno.',
  },
  not_found: {
    title: 'No se encontró',
    detail: 'Comprueba la dirección y el identificador.',
  },
  method_not_allowed: {
    title: 'Método no permitido',
    detail: 'Usa uno de los métodos que nombra el encabezado Allow.',
  },
  conflict: {
    title: 'Cambió entretanto',
    detail: 'Lee el estado más reciente y aplica tu cambio sobre él.',
  },
  precondition_failed: {
    title: 'Cambió entretanto',
    detail: 'Lee el registro de nuevo y envía su ETag en If-Match.',
  },
  idempotency_in_flight: {
    title: 'La misma llamada está en curso',
    detail: 'Espera lo que dice Retry-After y envía la misma llamada de nuevo para recibir su respuesta.',
  },
  idempotency_key_reused: {
    title: 'Esta Idempotency-Key pertenece a otra solicitud',
    detail: 'Usa una clave nueva para cada solicitud; repite una clave solo con la misma solicitud.',
  },
  payload_too_large: {
    title: 'El cuerpo es demasiado grande',
    detail: 'Envía un cuerpo más pequeño; el límite se nombra en detail.',
  },
  unsupported_media_type: {
    title: 'Tipo de medio no admitido',
    detail: 'Envía application/json.',
  },
  invalid_body: {
    title: 'El cuerpo no se puede usar',
    detail: 'Corrige los campos que nombra errors y envíalo de nuevo.',
  },
  too_many_requests: {
    title: 'Demasiadas solicitudes',
    detail: 'Espera lo que dice Retry-After y envíala de nuevo.',
  },
  cannot_store_now: {
    title: 'Ocupado: no se pudo guardar el evento',
    detail: 'Espera lo que dice Retry-After y envía el mismo evento de nuevo.',
  },
  server_error: {
    title: 'Algo falló por nuestra parte',
    detail: 'Inténtalo de nuevo; si vuelve a ocurrir, di a soporte el identificador de la solicitud.',
  },
  not_ready: {
    title: 'No está listo',
    detail: 'El servidor se está iniciando o deteniendo; inténtalo de nuevo en un momento.',
  },
  data_folder_in_use: {
    title: 'La carpeta de datos está en uso',
    detail: 'Detén el otro proceso que usa esta carpeta de datos, o elige otra con DATA_DIR.',
  },
  database_start_failed: {
    title: 'La base de datos no se inició',
    detail: 'Lee postgres.log en la carpeta de datos, o configura DATABASE_URL para usar otra base de datos.',
  },
  install_denied: {
    title: 'La conexión no se aprobó',
    detail: 'No se instaló nada. Empieza de nuevo y aprueba los permisos de la lista.',
  },
  install_state_invalid: {
    title: 'Este enlace de instalación ya no es válido',
    detail: 'El enlace ya se usó, es demasiado antiguo o pertenece a otro navegador. Empieza la instalación de nuevo.',
  },
  install_code_missing: {
    title: 'El enlace de instalación está incompleto',
    detail: 'Empieza la instalación de nuevo desde el catálogo de aplicaciones.',
  },
  install_code_invalid: {
    title: 'Este código de instalación ya se usó o venció',
    detail: 'Empieza la instalación de nuevo; cada código sirve una sola vez y por poco tiempo.',
  },
  install_failed: {
    title: 'No se pudo completar la instalación',
    detail: 'El CRM no respondió como se esperaba. Espera un minuto y empieza la instalación de nuevo.',
  },
  rankr_credentials_refused: {
    title: 'Rankr no conoce este identificador de cliente y este secreto',
    detail: 'Copia ambos otra vez de Rankr, en Ajustes, Acceso a la API, y conecta de nuevo. No se cambió nada.',
  },
  rankr_check_failed: {
    title: 'No se pudo preguntar a Rankr si esto es correcto',
    detail: 'Espera un minuto y conecta de nuevo. No se cambió nada.',
  },
  not_installed: {
    title: 'La aplicación no está instalada en esta cuenta',
    detail: 'Instala la aplicación desde el catálogo de aplicaciones y abre esta página de nuevo.',
  },
  portal_admins_only: {
    title: 'Aquí solo pueden entrar administradores',
    detail: 'Entra con una cuenta de la que seas administrador, o pide ayuda a uno de ellos.',
  },
  user_context_invalid: {
    title: 'No pudimos comprobar quién abrió esta página',
    detail: 'Abre esta página dentro de tu CRM y vuelve a cargarla.',
  },
  connection_not_found: {
    title: 'Conexión desconocida',
    detail: 'Usa la dirección de webhook que se muestra en la página de ajustes de esta cuenta.',
  },
  reconnect_needed: {
    title: 'Hay que volver a conectar la cuenta',
    detail: 'Abre la página de ajustes y pulsa Volver a conectar. Mientras tanto no se pierde nada.',
  },
  token_refresh_failed: {
    title: 'El CRM no renovó nuestro acceso',
    detail: 'Se intenta de nuevo por sí solo.',
  },
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
    detail: 'La respuesta nombra el registro que existe.',
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
