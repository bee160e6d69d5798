// How much of each article is in stock.
import { altBody, altQuery, limit, offset } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const inventoryActions: ActionEntry[] = [
  {
    id: 'crm.inventory.list',
    label: 'List stock',
    description: 'Reads how much of each article is in stock.',
    resource: 'inventory',
    system: 'crm',
    scope: ['products/prices.readonly'],
    method: 'GET',
    path: '/products/inventory',
    version: 'v3',
    input: [
      ...altQuery,
      { key: 'search', label: 'Text', type: 'string', in: 'query' },
      { ...limit, in: 'query' },
      { ...offset, in: 'query' },
    ],
    sample: {
      input: { limit: 20 },
      output: {
        inventory: [
          {
            _id: '66f5c4a1e4a5c60013d2e4e5',
            name: 'Starter box',
            availableQuantity: 40,
            sku: 'BOX-1',
            allowOutOfStockPurchases: false,
            product: '66f5c3f2e4a5c60013d2e4e1',
            updatedAt: '2026-03-01T08:00:00.000Z',
            productName: 'Starter box',
          },
        ],
        total: { total: 1 },
      },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'inventory',
      totalAt: 'total.total',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'offset' },
    },
  },
  {
    id: 'crm.inventory.update',
    label: 'Set stock',
    description: 'Writes how much of articles is in stock.',
    resource: 'inventory',
    system: 'crm',
    scope: ['products/prices.write'],
    method: 'POST',
    path: '/products/inventory',
    version: 'v3',
    input: [
      ...altBody,
      {
        key: 'items',
        label: 'Articles',
        type: 'object',
        required: true,
        list: true,
        fields: [
          { key: 'priceId', label: 'Price', type: 'string', required: true },
          { key: 'availableQuantity', label: 'In stock', type: 'numerical' },
          { key: 'allowOutOfStockPurchases', label: 'Sell when out of stock', type: 'toggle' },
        ],
      },
    ],
    sample: {
      input: { items: [{ priceId: '66f5c4a1e4a5c60013d2e4e5', availableQuantity: 35 }] },
      output: { status: true, message: 'Inventory updated.' },
    },
    risk: 'write',
    idempotent: true,
  },
]
