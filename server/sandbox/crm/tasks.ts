// Tasks of a contact. There is no event for a changed task, only for a completed one.

import { z } from 'zod'
import { done, ownContact } from './contact-operations.ts'
import { newCrmId } from './crm-ids.ts'
import { type AnyOperation, forLocation, operation } from './operation.ts'
import { notFound } from './refusal.ts'
import type { Grant, Task } from './rows.ts'
import type { State } from './state.ts'
import { instant, optional, required } from './validation.ts'
import type { Events } from './webhooks.ts'

const view = ({ locationId: _, dateAdded: __, ...task }: Task) => task

const event = ({ completed: _, ...task }: Task) => task
// Live bodies of TaskCreate lack the contact and the text, whatever the page says.
const createEvent = ({ contactId: _, body: __, ...task }: ReturnType<typeof event>) => task

const READ = { ...forLocation, scopes: ['contacts.readonly'] }
const WRITE = { ...forLocation, scopes: ['contacts.write'] }
const ALL = '/contacts/:contactId/tasks'
const ONE = '/contacts/:contactId/tasks/:taskId'

/** The task endpoints of a contact. */
export const taskOperations = ({
  state,
  events,
  now,
}: {
  state: State
  events: Events
  now: () => Date
}): AnyOperation[] => {
  const own = (grant: Grant, { contactId, taskId }: Record<string, string>): Task => {
    const contact = ownContact(state, grant, contactId!)
    const task = state.tasks.get(taskId!)
    if (task?.contactId !== contact.id) throw notFound('Task')
    return task
  }

  const change = (old: Task, fields: { [K in keyof Task]?: Task[K] | undefined }) => {
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
    const task = state.tasks.put({ ...old, ...given })
    state.count('tasks.updated')
    if (task.completed && !old.completed) events.emit('TaskComplete', task.locationId, event(task))
    return { task: view(task) }
  }

  return [
    operation({
      ...READ,
      method: 'GET',
      path: ALL,
      handle: ({ params, grant }) => ({
        tasks: state.tasks.by('contact', ownContact(state, grant, params.contactId!).id).map(view),
      }),
    }),
    operation({
      ...WRITE,
      method: 'POST',
      path: ALL,
      body: z.strictObject({
        title: required,
        body: optional,
        dueDate: instant,
        completed: z.boolean(),
        assignedTo: optional,
      }),
      status: 201,
      handle({ params, body, grant }) {
        const { id: contactId, locationId } = ownContact(state, grant, params.contactId!)
        const task = state.tasks.put({ ...body, id: newCrmId(), locationId, contactId, dateAdded: now().toISOString() })
        state.count('tasks.created')
        events.emit('TaskCreate', locationId, createEvent(event(task)))
        return { task: view(task) }
      },
    }),
    operation({
      ...READ,
      method: 'GET',
      path: ONE,
      handle: ({ params, grant }) => ({ task: view(own(grant, params)) }),
    }),
    operation({
      ...WRITE,
      method: 'PUT',
      path: ONE,
      body: z.strictObject({
        title: optional,
        body: optional,
        dueDate: instant.optional(),
        completed: z.boolean().optional(),
        assignedTo: optional,
      }),
      handle: ({ params, body, grant }) => change(own(grant, params), body),
    }),
    operation({
      ...WRITE,
      method: 'PUT',
      path: `${ONE}/completed`,
      body: z.strictObject({ completed: z.boolean() }),
      handle: ({ params, body, grant }) => change(own(grant, params), body),
    }),
    operation({
      ...WRITE,
      method: 'DELETE',
      path: ONE,
      handle({ params, grant, isV3 }) {
        const task = own(grant, params)
        state.tasks.delete(task.id)
        state.count('tasks.deleted')
        events.emit('TaskDelete', task.locationId, event(task))
        return done(isV3)
      },
    }),
  ]
}
