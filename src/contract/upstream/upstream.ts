import { z } from 'zod';
import { idSchema, instantSchema } from '#src/contract/event/event-schemas-job.ts';
import { type TlsView, tlsViewSchema } from '#src/contract/shape/tls-input.ts';
import type { StatRange } from '#src/contract/stats/stat-range.ts';
import { asSpan, spanFields } from '#src/contract/stats/stats.ts';
import type { RetryInput } from '#src/contract/submit/retry-input.ts';
import { retrySchema } from '#src/contract/submit/retry-schema.ts';
import { readLimits } from '#src/domain/limits.ts';

/** The API that an upstream speaks. It gives the preset of retries, and says which gateways can use the upstream. */
export const upstreamFormats = ['openai', 'anthropic', 'freddy', 'none'] as const;
export type UpstreamFormat = (typeof upstreamFormats)[number];

/** The flow of an upstream's jobs. `key` null: `upstream:<name>`. */
export type UpstreamFlow = {
  key: string | null;
  concurrency: number | null;
  rate: { limit: number; periodSeconds: number } | null;
};

/** A named API that jobs are sent to. Times are ISO 8601 UTC. */
export type Upstream = {
  id: string;
  name: string;
  baseUrl: string;
  format: UpstreamFormat;
  /** Headers of every request; values that are secret are masked. */
  headers: Record<string, string>;
  /** Certificates, without the private key; null: the usual TLS. */
  tls: TlsView | null;
  /** True for the upstream of models that no other has. */
  default: boolean;
  /** Prefixes of the models that go there. */
  models: string[];
  /** Retries of its jobs; null: the preset of its format. */
  retry: RetryInput | null;
  /** Limit of an attempt in milliseconds; null: the usual one. */
  timeoutMs: number | null;
  /** Flow of its jobs; null: they have none. */
  flow: UpstreamFlow | null;
  createdAt: string;
  updatedAt: string;
};

/** An upstream after a change. `clearedHeaders` are secret headers that were not sent along to another origin. */
export type UpdatedUpstream = Upstream & { clearedHeaders: string[] };

/** What came of the test of an upstream. */
export type UpstreamTest = {
  /** URL that was asked. */
  url: string;
  /** Status of the answer; null: there was none. */
  status: number | null;
  /** Time of the attempt in milliseconds; null: no attempt was made. */
  ms: number | null;
  /** Why there was no answer, or null. */
  error: { code: string; message: string } | null;
  /** Headers of the answer that tell of rate limits, by their names. */
  limits: Record<string, string>;
  /** The job that asked; it is listed like any other. */
  job: string;
};

/** The schema of the flow of an upstream. */
export const upstreamFlowViewSchema = z.strictObject({
  key: z.string().nullable().describe('Null: `upstream:<name>`.'),
  concurrency: z.int().nullable(),
  rate: z.strictObject({ limit: z.int(), periodSeconds: z.number() }).nullable(),
}) satisfies z.ZodType<UpstreamFlow>;

/** The schema of an upstream. */
export const upstreamViewSchema = z
  .strictObject({
    id: idSchema('ups'),
    name: z.string(),
    baseUrl: z.string(),
    format: z.enum(upstreamFormats),
    headers: z.record(z.string(), z.string()).describe('Secrets are masked.'),
    tls: tlsViewSchema.nullable().describe('Certificates, without the private key; null: the usual TLS.'),
    default: z.boolean().describe('True: models that no other upstream has go there.'),
    models: z.array(z.string()).describe('Prefixes of the models that go there.'),
    retry: z.union([retrySchema, z.null()]).describe('Null: the preset of its format.'),
    timeoutMs: z.int().nullable().describe('Null: the usual limit of an attempt.'),
    flow: upstreamFlowViewSchema.nullable().describe('Null: its jobs have no flow.'),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .meta({ id: 'Upstream', description: 'A named API that jobs are sent to.' }) satisfies z.ZodType<Upstream>;

/** The schema of an upstream after a change. */
export const updatedUpstreamSchema = upstreamViewSchema
  .extend({
    clearedHeaders: z
      .array(z.string())
      .describe('Secret headers that were removed, because the base URL has another origin now.'),
  })
  .meta({ id: 'UpdatedUpstream' }) satisfies z.ZodType<UpdatedUpstream>;

/** The schema of all upstreams of a project. */
export const upstreamListSchema = z.strictObject({ upstreams: z.array(upstreamViewSchema) });

/** The schema of the outcome of a test. */
export const upstreamTestSchema = z
  .strictObject({
    url: z.string(),
    status: z.int().nullable().describe('Null: there was no answer.'),
    ms: z.number().nullable().describe('Time of the attempt; null: none was made.'),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable().describe('Why there was no answer.'),
    limits: z.record(z.string(), z.string()).describe('Headers of the answer that tell of rate limits.'),
    job: idSchema('job').describe('The job that asked.'),
  })
  .meta({ id: 'UpstreamTest', description: 'What came of a test.' }) satisfies z.ZodType<UpstreamTest>;

/** Names an upstream, by its id or its name. */
export const byUpstream = z.strictObject({
  id: z.string().min(1).max(readLimits.idLength).describe('The id of an upstream, or its name.'),
});

/** Ranges of the usage of an upstream that the dashboard offers. */
export const usageRanges = ['1h', '24h', '7d'] as const satisfies readonly StatRange[];

/**
 * A step of time in the use of an upstream. Jobs and their tokens are counted by when the jobs ended. `…Left` is what the
 * last answer of the step said, `…Limit` what it is left of; null: no answer said so.
 */
export type UsagePoint = {
  /** Beginning of the step, ISO 8601 UTC. */
  at: string;
  completed: number;
  failed: number;
  cancelled: number;
  inputTokens: number;
  outputTokens: number;
  requestsLeft: number | null;
  requestsLimit: number | null;
  tokensLeft: number | null;
  tokensLimit: number | null;
};

/** The last value of a header that tells of a rate limit, with the time and the job of its answer. */
export type SeenLimit = { name: string; value: string; at: string; job: string };

/**
 * Jobs that an upstream got in a range of time, by when they were made, and the tokens of their model calls; and the
 * course of it, by when jobs ended.
 */
export type UpstreamUsage = {
  /** Null: the limits were given. */
  range: StatRange | null;
  from: string;
  to: string;
  completed: number;
  failed: number;
  cancelled: number;
  /** Jobs that have not ended. */
  open: number;
  /** Model calls among the jobs that have told their tokens. */
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** True: there were more jobs, and only the newest 10,000 are counted. */
  capped: boolean;
  stepSeconds: number;
  /** The steps of the range, the last of which goes on. */
  points: UsagePoint[];
  /** Headers of rate limits in the answers of the range, by their names. */
  limits: SeenLimit[];
};

/** Input of `upstreams.usage`. */
export const upstreamUsageInput = z.strictObject({ ...byUpstream.shape, ...spanFields }).transform(asSpan);
