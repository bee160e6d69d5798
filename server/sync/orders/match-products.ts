// Matches an order's items with products of the account: found by SKU, else created, one at a time. Matches are cached
// for later orders.

import type { Link } from '../../store/links.ts'
import type { EffectWrite, LinkWrite } from '../../store/progress.ts'
import type { ActionCall, ActionResult, OwnAction } from '../action.ts'
import type { Alone } from '../alone.ts'
import { audited } from '../audited.ts'
import type { FindLink } from '../find-link.ts'
import { asCurrency } from '../money.ts'
import type { Once } from '../once.ts'
import { type Article, articlePrice, articlesIn } from './articles.ts'
import { isNotFound } from './write-order.ts'

type Deps = { findLink: FindLink; once: Once; alone: Alone }

type Pair = { productId: string; priceId: string }
type Matched = Pair & { sku: string; outcome: 'known' | 'matched' | 'created' }
type Product = { _id: string; name?: string }
type Price = { _id: string; sku?: string; currency?: string }

const FOUND = 20
/** Each costs a call; products with a similar name come first. */
const MOST_LOOKED_AT = 10

/** By the SKU on one of its prices. */
const findBySku = async ({ crm }: ActionCall, { sku, name }: Article): Promise<Pair | undefined> => {
  const found = new Map<string, Product>()
  for (const search of new Set([name, sku])) {
    const { products = [] } = (await crm('crm.products.list', { search, limit: FOUND })) as { products?: Product[] }
    for (const product of products) found.set(product._id, product)
  }
  const alike = (product: Product): number => (product.name === name ? 0 : 1)
  const candidates = [...found.values()].toSorted((a, b) => alike(a) - alike(b)).slice(0, MOST_LOOKED_AT)
  for (const { _id: productId } of candidates) {
    const { prices = [] } = (await crm('crm.prices.list', { productId, limit: 100 })) as { prices?: Price[] }
    const price = prices.find((one) => one.sku === sku)
    if (price) return { productId, priceId: price._id }
  }
  return undefined
}

/** A product of that name without a price: created by an attempt that ended before adding one. */
const findBare = async ({ crm }: ActionCall, { name }: Article): Promise<string | undefined> => {
  const { products = [] } = (await crm('crm.products.list', { search: name, limit: FOUND })) as { products?: Product[] }
  for (const one of products.filter((product) => product.name === name)) {
    const { prices = [] } = (await crm('crm.prices.list', { productId: one._id, limit: 1 })) as { prices?: Price[] }
    if (prices.length === 0) return one._id
  }
  return undefined
}

const pairOf = (link: Link | undefined): Pair | undefined =>
  link?.state === 'linked' && link.crmId
    ? { productId: link.crmId, priceId: String(link.data.priceId ?? '') }
    : undefined

/** `app.orders.match-products`; output `{ products: [{ sku, productId, priceId, outcome }] }`. */
export const createMatchProducts = ({ findLink, once, alone }: Deps): OwnAction => {
  const make = async (call: ActionCall, item: Article, currency: string) => {
    const { locationId, context, crm } = call
    const at = (what: string) => ({ ...context, stepId: `${context.stepId}/${item.sku}/${what}` })
    const product = await once({
      locationId,
      context: at('product'),
      find: () => findBare(call, item),
      make: async () =>
        ((await crm('crm.products.create', { name: item.name, productType: 'PHYSICAL/DIGITAL' })) as Product)._id,
    })
    const productId = product.result
    const price = await once({
      locationId,
      context: at('price'),
      find: async () => (await findBySku(call, item))?.priceId,
      async make() {
        const { name, sku } = item
        const amount = articlePrice(item, currency)
        const input = { productId, name, type: 'one_time', currency, amount, sku }
        return ((await crm('crm.prices.create', input)) as Price)._id
      },
    })
    return { pair: { productId, priceId: price.result }, effects: [...product.effects, ...price.effects] }
  }

  const isThere = async ({ crm }: ActionCall, productId: string): Promise<boolean> => {
    try {
      await crm('crm.products.get', { productId })
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  /** From the cache, unless a check found it may be gone. */
  const knownOf = async (call: ActionCall, sku: string): Promise<Matched | undefined> => {
    const link = await findLink(call.locationId, 'product', sku)
    const pair = pairOf(link)
    if (!pair || (link?.data.isDoubtful === true && !(await isThere(call, pair.productId)))) return undefined
    return { sku, ...pair, outcome: 'known' }
  }

  const match = async (
    call: ActionCall,
    item: Article,
    currency: string,
  ): Promise<{ matched: Matched; effects: EffectWrite[] }> => {
    const { sku } = item
    // Another order may have been faster.
    const known = await knownOf(call, sku)
    if (known) return { matched: known, effects: [] }
    const there = await findBySku(call, item)
    if (there) return { matched: { sku, ...there, outcome: 'matched' }, effects: [] }
    const { pair, effects } = await make(call, item, currency)
    return { matched: { sku, ...pair, outcome: 'created' }, effects }
  }

  return async (call) => {
    const { input, context } = call
    const currency = asCurrency(String(input.currency))
    const all: { matched: Matched; effects: EffectWrite[] }[] = []
    for (const item of articlesIn(input.lineItems)) {
      const known = await knownOf(call, item.sku)
      if (known) {
        all.push({ matched: known, effects: [] })
        continue
      }
      const found = await alone(call, {
        record: `product:${item.sku}`,
        work: (held) => match(held, item, currency),
      })
      all.push(found)
    }
    const news = all.map(({ matched }) => matched).filter(({ outcome }) => outcome !== 'known')
    const made = news.filter(({ outcome }) => outcome === 'created')
    const result: ActionResult = {
      output: { products: all.map(({ matched }) => matched) },
      keep: {
        links: news.map(
          ({ sku, productId, priceId }): LinkWrite => ({
            ...{
              kind: 'product',
              rankrId: sku,
              crmId: productId,
              state: 'linked',
              data: { priceId, isDoubtful: false },
            },
          }),
        ),
        effects: all.flatMap(({ effects }) => effects),
        audit: made.map(({ sku, productId }) => ({
          ...audited('product.created', productId, context, { sku, order: String(input.rankrId) }),
          subject: { type: 'product', id: productId },
        })),
      },
    }
    return result
  }
}
