import { z } from 'zod';

/**
 * The settings of traces that Ringback reads itself. The exporter reads the others from the environment: where to send
 * spans, with which headers and certificates.
 */
export type TraceSettings = Readonly<{
  sampler: (typeof samplers)[number];
  /** The share of traces that are kept, for the samplers by ratio. */
  ratio: number;
  /** Spans of one export, spans that may wait for it, and the milliseconds between two and for one. */
  batchSpans: number | undefined;
  queueSpans: number | undefined;
  delayMs: number | undefined;
  timeoutMs: number | undefined;
}>;

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const whole = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'a whole number from 1')
  .transform(Number)
  .optional();

const url = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'an http(s) URL')
  .optional();

const protocol = z.literal('http/protobuf', { error: 'http/protobuf: Ringback sends no other' }).optional();

/** The settings of OpenTelemetry that Ringback knows. Names and meanings are those of its specification. */
export const traceEnvironment = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], { error: 'otlp or none' }).default('otlp'),
  OTEL_SDK_DISABLED: z.string().default('false'),
  OTEL_TRACES_SAMPLER: z.enum(samplers, { error: `one of ${samplers.join(', ')}` }).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d{1,12})?|1(\.0{1,12})?)$/, 'a number from 0 to 1')
    .transform(Number)
    .default(1),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: whole,
  OTEL_BSP_MAX_QUEUE_SIZE: whole,
  OTEL_BSP_SCHEDULE_DELAY: whole,
  OTEL_BSP_EXPORT_TIMEOUT: whole,
});

/** Names of settings that say where spans go. Without one of them there are no traces, and no other is looked at. */
const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const;

/**
 * Reads the settings of traces. `settings` is undefined if there are to be none. A wrong setting is a problem only if
 * there are to be some.
 */
export function readTraceSettings(given: Readonly<Record<string, string | undefined>>): {
  settings: TraceSettings | undefined;
  problems: string[];
} {
  const off = given.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || given.OTEL_TRACES_EXPORTER === 'none';
  if (off || endpoints.every((name) => given[name] === undefined)) return { settings: undefined, problems: [] };
  const parsed = traceEnvironment.safeParse(given);
  if (!parsed.success) {
    // A URL may hold credentials, so no value is repeated.
    const problems = parsed.error.issues.map(({ path, message }) => `${String(path[0])} should be ${message}`);
    return { settings: undefined, problems };
  }
  const read = parsed.data;
  const settings = Object.freeze({
    sampler: read.OTEL_TRACES_SAMPLER,
    ratio: read.OTEL_TRACES_SAMPLER_ARG,
    batchSpans: read.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
    queueSpans: read.OTEL_BSP_MAX_QUEUE_SIZE,
    delayMs: read.OTEL_BSP_SCHEDULE_DELAY,
    timeoutMs: read.OTEL_BSP_EXPORT_TIMEOUT,
  });
  return { settings, problems: [] };
}
