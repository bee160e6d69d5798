// Our own actions on messages: when one may be sent, and sending it once. A message cannot be undone, so a retry first
// looks for the message of the previous attempt; contacts who opted out get none.

import type { Links } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import { fillLiquid } from '../../workflows/liquid.ts'
import { valueAt } from '../../workflows/mapping.ts'
import type { ActionCall, OwnAction } from '../action.ts'
import { audited } from '../audited.ts'
import { createFindLink } from '../find-link.ts'
import type { Once } from '../once.ts'
import { nextAllowed } from './quiet-hours.ts'

type Channel = 'email' | 'sms'
type Message = { id: string; messageType?: string; direction?: string; dateAdded?: string; body?: string }
type Contact = { dnd?: boolean; dndSettings?: Record<string, { status?: string } | undefined> }

const TYPES: Record<Channel, string> = { email: 'TYPE_EMAIL', sms: 'TYPE_SMS' }
/** Clock difference. */
const CLOCK_SLACK_MS = 5_000

/** Text as an e-mail: keeps paragraphs and line ends, escapes everything. */
const asHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`)
    .join('')

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** The reverse of `asHtml`, for an e-mail as it arrived. */
const textOfHtml = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** Whether a message contains the text: a footer may have been added. One listed without its body may be it. */
const holds = (body: string | undefined, { text, channel }: { text: string; channel: Channel }): boolean =>
  !body || oneLine(channel === 'email' ? textOfHtml(body) : body).includes(oneLine(text))

/** Do-not-disturb for the whole contact or this channel. */
const wantsNone = ({ dnd, dndSettings = {} }: Contact, channel: Channel): boolean =>
  dnd === true || (dndSettings[channel] ?? dndSettings[channel === 'sms' ? 'SMS' : 'Email'])?.status === 'active'

type Deps = { links: Pick<Links, 'findAll'>; once: Once; now: () => Date }

/** Actions `app.messages.*` by catalog id. */
export const createMessageActions = ({ links, once, now }: Deps): Record<string, OwnAction> => {
  const findLink = createFindLink(links)

  const sentBefore = async (
    { crm }: ActionCall,
    { contactId, channel, text, since }: { contactId: string; channel: Channel; text: string; since: Date },
  ): Promise<{ messageId: string } | undefined> => {
    const earliest = since.getTime() - CLOCK_SLACK_MS
    const { conversations } = (await crm('crm.conversations.search', { contactId })) as {
      conversations: { id: string }[]
    }
    for (const { id } of conversations) {
      const { messages } = (await crm('crm.messages.list', { conversationId: id, limit: 50 })) as {
        messages: Message[]
      }
      const found = messages.find(
        ({ messageType, direction, dateAdded, body }) =>
          messageType === TYPES[channel] &&
          direction === 'outbound' &&
          Date.parse(dateAdded ?? '') >= earliest &&
          holds(body, { text, channel }),
      )
      if (found) return { messageId: found.id }
    }
    return undefined
  }

  const allowedMoment: OwnAction = async ({ input }) => {
    const at = now()
    const { quietFrom = '', quietUntil = '', timeZone } = input as Record<string, string | undefined>
    const allowed = nextAllowed(at, { from: quietFrom, until: quietUntil, timeZone })
    return { output: { at: allowed.toISOString(), isQuiet: allowed.getTime() > at.getTime() } }
  }

  const sendOnce: OwnAction = async (call) => {
    const { locationId, input, context, crm } = call
    const contactId = String(input.contactId)
    const channel: Channel = input.channel === 'sms' ? 'sms' : 'email'
    const variables = (input.variables ?? {}) as Record<string, unknown>
    const fill = (text: unknown): string =>
      fillLiquid(String(text ?? ''), variables, (path) => valueAt(variables, path)).trim()
    const [subject, body] = [fill(input.subject), fill(input.body)]
    const onceKey = typeof input.onceKey === 'string' && input.onceKey !== '' ? input.onceKey : undefined
    const before = onceKey && (await findLink(locationId, 'message', onceKey))
    if (before) return { output: { messageId: before.crmId, outcome: 'sent-before' } }
    if (body === '') return { output: { messageId: null, outcome: 'empty' } }
    const { contact } = (await crm('crm.contacts.get', { contactId })) as { contact: Contact }
    if (wantsNone(contact, channel)) return { output: { messageId: null, outcome: 'do-not-disturb' } }
    const { result, effects } = await once({
      locationId,
      context,
      find: (since) => sentBefore(call, { contactId, channel, text: body, since }),
      async make() {
        const sent = (await (channel === 'email'
          ? crm('crm.messages.send-email', { contactId, subject: subject || body.slice(0, 60), html: asHtml(body) })
          : crm('crm.messages.send', { type: 'SMS', contactId, message: body }))) as { messageId: string }
        return { messageId: sent.messageId }
      },
    })
    const entry = audited('message.sent', contactId, context, { messageId: result.messageId, channel })
    const link: LinkWrite[] = onceKey
      ? [{ kind: 'message', rankrId: onceKey, crmId: result.messageId, state: 'linked', writtenAt: now() }]
      : []
    return { output: { messageId: result.messageId, outcome: 'sent' }, keep: { links: link, effects, audit: [entry] } }
  }

  return { 'app.messages.allowed-moment': allowedMoment, 'app.messages.send-once': sendOnce }
}
