import { AsyncLocalStorage } from 'node:async_hooks';
import { hostname } from 'node:os';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { OpenSpan, Tracer } from '#src/engine/tracer.ts';
import type { Log } from '#src/log.ts';
import type { TraceContext } from '#src/store/job/job-options.ts';
import type { TraceSettings } from '#src/trace-settings.ts';

/** How long a process that stops waits for its last spans to be taken. */
const flushMs = 3_000;

const kinds = { producer: SpanKind.PRODUCER, client: SpanKind.CLIENT };
const propagator = new W3CTraceContextPropagator();

/**
 * Starts sending spans by OTLP. Where to and with what, the exporter reads from the environment. A collector that cannot
 * be reached costs spans and nothing else.
 */
export function startTracing(
  settings: TraceSettings,
  { process: role, version, log }: { process: 'web' | 'worker'; version: string; log: Log },
): Tracer {
  // The error itself may hold the answer of the collector, and nothing says what is in that.
  setGlobalErrorHandler((error) => {
    const message = error instanceof Error ? error.message : 'unknown error';
    log.warn({ reason: message.slice(0, 200) }, 'spans could not be sent');
  });
  const own = resourceFromAttributes({
    'service.name': `ringback-${role}`,
    'service.version': version,
    'service.instance.id': `${hostname()}:${process.pid}:${role}`,
  });
  const provider = new TracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(settings),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...batchOptions(settings) })],
  });
  const tracer = provider.getTracer('ringback', version);
  const ambient = new AsyncLocalStorage<Context>();
  return {
    within(headers, act) {
      if (headers.traceparent === undefined) return act();
      return ambient.run(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter), act);
    },
    begin: (name, kind, facts, context) => beginSpan(tracer, ambient.getStore(), { name, kind, facts, context }),
    async stop() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, flushMs).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}

function beginSpan(tracer: OtelTracer, ambient: Context | undefined, { name, kind, facts, context }: Begun): OpenSpan {
  const parent = context === undefined ? (ambient ?? ROOT_CONTEXT) : contextOf(context);
  const from = context === undefined ? undefined : trace.getSpanContext(parent);
  const links = from === undefined ? [] : [{ context: from }];
  const span = tracer.startSpan(name, { kind: kinds[kind], attributes: facts, links }, parent);
  const carried = carry(span, parent);
  return {
    ...carried,
    end(more, failed) {
      span.setAttributes(more);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

type Begun = {
  name: string;
  kind: keyof typeof kinds;
  facts: Parameters<Tracer['begin']>[2];
  context: TraceContext | undefined;
};

function contextOf({ parent, state }: TraceContext): Context {
  const headers = { traceparent: parent, ...(state !== undefined && { tracestate: state }) };
  return propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
}

function carry(span: Span, parent: Context): Pick<OpenSpan, 'context' | 'headers'> {
  const carrier: { traceparent?: string; tracestate?: string } = {};
  propagator.inject(trace.setSpan(parent, span), carrier, defaultTextMapSetter);
  const { traceparent = '', tracestate } = carrier;
  return {
    context: { parent: traceparent, ...(tracestate !== undefined && { state: tracestate }) },
    headers: [
      ['traceparent', traceparent],
      ...(tracestate === undefined ? [] : [['tracestate', tracestate] as [string, string]]),
    ],
  };
}

function samplerOf({ sampler, ratio }: TraceSettings): Sampler {
  const [name, isByParent] = sampler.startsWith('parentbased_')
    ? [sampler.slice('parentbased_'.length), true]
    : [sampler, false];
  const root =
    name === 'always_off'
      ? new AlwaysOffSampler()
      : name === 'traceidratio'
        ? new TraceIdRatioBasedSampler(ratio)
        : new AlwaysOnSampler();
  return isByParent ? new ParentBasedSampler({ root }) : root;
}

function batchOptions({ batchSpans, queueSpans, delayMs, timeoutMs }: TraceSettings) {
  return {
    ...(batchSpans !== undefined && { maxExportBatchSize: batchSpans }),
    ...(queueSpans !== undefined && { maxQueueSize: queueSpans }),
    ...(delayMs !== undefined && { scheduledDelayMillis: delayMs }),
    ...(timeoutMs !== undefined && { exportTimeoutMillis: timeoutMs }),
  };
}
