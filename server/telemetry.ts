// Optional OpenTelemetry traces (OTLP over HTTP). Without OTEL_EXPORTER_OTLP_ENDPOINT nothing is loaded and spans cost
// next to nothing.

import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api'

export type Telemetry = { stop(): Promise<void> }

/** `endpoint` as `http://collector:4318`. A collector that does not answer never holds up work; spans are lost then. */
export const startTelemetry = async (endpoint: string | undefined): Promise<Telemetry> => {
  if (endpoint === undefined) return { stop: async () => {} }
  const [{ OTLPTraceExporter }, { BatchSpanProcessor, NodeTracerProvider }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/resources'),
    ])
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'rankr-connect' }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })),
    ],
  })
  provider.register()
  return { stop: () => provider.shutdown().catch(() => {}) }
}

/** Wraps work in a span with the given attributes; a failure is noted on it and thrown on. */
export const traced =
  <Args extends unknown[], Result>(
    name: string,
    work: (...args: Args) => Promise<Result>,
    attributesOf: (...args: Args) => Attributes,
  ) =>
  (...args: Args): Promise<Result> =>
    trace.getTracer('rankr-connect').startActiveSpan(name, async (span) => {
      if (span.isRecording()) span.setAttributes(attributesOf(...args))
      try {
        return await work(...args)
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'failure' })
        throw error
      } finally {
        span.end()
      }
    })
