// Faster observations for histograms with few labels: prom-client's label look-up costs more than counting, so each is
// done once.

import type { Histogram } from 'prom-client'

type Observe = (value: number, ...labels: (string | number)[]) => void

/** `labels` in the order of the histogram's `labelNames`. */
export const createObserve = (histogram: Histogram): Observe => {
  const places = new Map<string, ReturnType<Histogram['labels']>>()
  return (value, ...labels) => {
    const key = labels.join(' ')
    let place = places.get(key)
    if (!place) {
      place = histogram.labels(...labels.map(String))
      places.set(key, place)
    }
    place.observe(value)
  }
}
