// Spanish texts of the permissions: the screen, and each permission as a sentence.

import type { permissionsEn } from './permissions-en.ts'
import type { Translation } from './texts.ts'

export const permissionsEs: Translation<typeof permissionsEn> = {
  permissions: {
    title: 'Permisos',
    intro: 'Lo que la aplicación puede hacer en esta cuenta. Los concedes en {crm}; nada más es posible.',
    permission: 'Permiso',
    neededFor: 'Se necesita para',
    state: 'Estado',
    granted: 'Concedido',
    missing: 'Falta',
    extra: 'Concedido, no se necesita',
    allGranted: 'Todos los permisos están concedidos.',
    missingTitle: { one: 'Falta un permiso', other: 'Faltan {count} permisos' },
    missingText: 'Concédelos en {crm}. Tus ajustes se quedan como están.',
    update: 'Actualizar permisos',
    base: 'Mantener la conexión con {crm}',
    more: { one: '{first} y uno más', other: '{first} y {count} más' },
  },

  scopes: {
    contacts_readonly: 'Leer contactos con sus etiquetas, notas y tareas',
    contacts_write: 'Crear y cambiar contactos, etiquetas, notas y tareas',
    oauth_readonly: 'Ver en qué cuentas se instaló esta aplicación',
    oauth_write: 'Conectar las cuentas en las que se instaló esta aplicación',
    locations_readonly: 'Leer los datos de esta cuenta',
    marketplace_installer_details_readonly: 'Ver si esta cuenta pertenece a una empresa que usa su propia marca',
    invoices_readonly: 'Leer facturas',
    invoices_write: 'Crear, enviar, anular y cobrar facturas',
    locations_customFields_readonly: 'Leer los campos personalizados',
    locations_tags_readonly: 'Leer la lista de etiquetas',
    associations_readonly: 'Ver qué tipos de registros se pueden unir',
    associations_write: 'Permitir unir contactos con pedidos',
    associations_relation_readonly: 'Ver qué registros están unidos',
    associations_relation_write: 'Unir pedidos con contactos',
    locations_customFields_write: 'Añadir los campos de los pedidos',
    objects_record_readonly: 'Ver pedidos',
    objects_record_write: 'Crear y cambiar pedidos',
    objects_schema_readonly: 'Ver qué tipos de registros hay',
    objects_schema_write: 'Crear el lugar para los pedidos',
    opportunities_write: 'Crear y cambiar oportunidades',
    conversations_readonly: 'Ver conversaciones',
    conversations_message_readonly: 'Ver mensajes, para no enviar ninguno dos veces',
    conversations_message_write: 'Enviar mensajes de bienvenida',
    opportunities_readonly: 'Leer oportunidades y embudos',
    users_readonly: 'Ver las personas de esta cuenta',
    workflows_readonly: 'Mostrar los eventos y acciones de Rankr en el creador de flujos de {crm}',
  },
}
