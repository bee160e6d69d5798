// Request durations, and the page of all metrics (server/metrics.ts). Labels never name a tenant, so they stay few.

import { Histogram, type Registry } from 'prom-client'
import { createObserve } from '../../observe.ts'
import { text } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import type { Answered } from '../watch.ts'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** Measures each answered request by method, route and status. */
export const createHttpMetrics = (registry: Registry): Answered => {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first line of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  })
  const observe = createObserve(duration)
  return ({ request, response, seconds }) =>
    observe(seconds, request.method, response.locals.route ?? 'none', response.statusCode)
}

/** `GET /metrics` in Prometheus' text format, for operators only. */
export const metricsRoutes = ({ registry }: { registry: Registry }): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/metrics',
    door: 'operator',
    audit: { none: 'changes nothing' },
    handler: async () => text(await registry.metrics(), { type: registry.contentType }),
  }),
]
