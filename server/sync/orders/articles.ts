// An order's items as distinct products. Pure.

import { toDecimal, toMinor } from '../money.ts'

export type Article = { sku: string; name: string; price: number }

const MOST_ARTICLES = 100

/** A product's unit price, rounded to the currency's minor unit: 500.4 JPY is 500. Throws as `toMinor`. */
export const articlePrice = ({ price }: Article, currency: string): number =>
  Number(toDecimal(toMinor(price, currency), currency))

/** Each product once, at most 100; items without a SKU cannot be told apart. */
export const articlesIn = (list: unknown): Article[] => {
  const all = (Array.isArray(list) ? list : []).flatMap((one): Article[] => {
    const { sku, name, price } = (one ?? {}) as Record<string, unknown>
    if (typeof sku !== 'string' || sku.trim() === '') return []
    const title = typeof name === 'string' && name.trim() !== '' ? name.trim() : sku.trim()
    return [{ sku: sku.trim(), name: title, price: typeof price === 'number' && price >= 0 ? price : 0 }]
  })
  return [...new Map(all.map((item) => [item.sku, item])).values()].slice(0, MOST_ARTICLES)
}
