// Spanish of the errors at doors: the same codes, or the compiler complains.

import type { DOOR_ERRORS } from '../errors-at-doors.ts'

export const doorErrorsEs: Record<keyof typeof DOOR_ERRORS, { title: string; detail: string }> = {
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
    detail: 'Solicita un token de acceso nuevo o crea una clave nueva en las páginas de desarrolladores de la cuenta.',
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
  headers_too_large: {
    title: 'La dirección o los encabezados son demasiado grandes',
    detail: 'Envía una dirección y encabezados de 16 KB en total como máximo; los valores largos van en el cuerpo.',
  },
  request_unreadable: {
    title: 'Esto no es una solicitud HTTP',
    detail:
      'La conexión traía algo distinto de HTTP/1.1 o se cortó a la mitad. Abre otra y vuelve a enviar la solicitud.',
  },
  expectation_failed: {
    title: 'La cabecera Expect pide algo desconocido',
    detail: 'Quita la cabecera Expect o envía Expect: 100-continue.',
  },
  request_timeout: {
    title: 'La solicitud tardó demasiado en llegar',
    detail: 'Envía la solicitud completa en menos de 30 segundos, por una conexión nueva.',
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
  database_unusable: {
    title: 'La base de datos no se puede usar',
    detail:
      'Comprueba si está en marcha y si DATABASE_URL tiene la dirección, el nombre, el usuario y la contraseña correctos.',
  },
  encryption_keys_wrong: {
    title: 'Las claves de cifrado no son las de esta base de datos',
    detail: 'ENCRYPTION_KEYS no abre nada de lo guardado. Vuelve a poner las claves con las que se selló.',
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
  sign_in_invalid: {
    title: 'Este inicio de sesión ya no es válido',
    detail: 'Ya se usó, es demasiado antiguo o se empezó en otro navegador. Inicia sesión de nuevo.',
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
}
