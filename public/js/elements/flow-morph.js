// Morphs an answer into the workflow tree: steps that are only referenced stay untouched, and a moved step passes the
// others with few DOM moves, however large they are.

/** Loaded by its own script tag before this one. */
const { htmx } = /** @type {{ htmx: typeof import('htmx.org').default }} */ (/** @type {unknown} */ (window))

/**
 * The heaviest of those that stand in the right order already.
 * @param {{ item: Element, at: number }[]} items
 * @returns {Set<Element>}
 */
const heaviestInOrder = (items) => {
  /** @type {{ weight: number, chain: Element[] }[]} */
  const best = []
  for (const [index, { item, at }] of items.entries()) {
    const before = best
      .filter((_one, other) => /** @type {{ at: number }} */ (items[other]).at < at)
      .reduce((a, b) => (b.weight > a.weight ? b : a), { weight: 0, chain: [] })
    best[index] = {
      weight: before.weight + item.getElementsByTagName('*').length + 1,
      chain: [...before.chain, item],
    }
  }
  return new Set(best.reduce((a, b) => (b.weight > a.weight ? b : a)).chain)
}

/**
 * Puts the steps of a list into the order of another. A morph by itself moves whatever is in the way of the first one that is
 * not in its place: a branch of a hundred steps, laid out and painted anew, for one step that passes it.
 * @param {Element} list
 * @param {Element} wanted
 */
const arrange = (list, wanted) => {
  const places = new Map([...wanted.children].map(({ id }, at) => [id, at]))
  const steps = [...list.children].filter(({ id }) => id)
  const items = steps.map((item, index) => ({ item, at: places.get(item.id) ?? wanted.children.length + index }))
  const sorted = items.toSorted((a, b) => a.at - b.at)
  if (sorted.every(({ item }, index) => item === steps[index])) return
  const stays = heaviestInOrder(items)
  let next = list.querySelector(':scope > .flow-end')
  for (const { item } of sorted.reverse()) {
    if (!stays.has(item)) {
      // Only newer browsers have the first, which keeps the focus.
      const move = list.moveBefore ?? list.insertBefore
      move.call(list, item, next)
    }
    next = item
  }
}

/** For `hx-ext` on pages with a tree; registered once, when this file loads. */
htmx.registerExtension('same-steps', {
  /** @param {Element} old @param {{ newNode: Node }} detail */
  htmx_before_morph_node: (old, { newNode }) => {
    if (!(newNode instanceof Element)) return true
    if (newNode.matches('.flow')) arrange(old, newNode)
    return !newNode.hasAttribute('data-same')
  },
})
