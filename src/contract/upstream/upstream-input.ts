import { z } from 'zod';
import { type TlsInput, tlsInputSchema } from '#src/contract/shape/tls-input.ts';
import type { Duration, RetryInput } from '#src/contract/submit/retry-input.ts';
import { duration, retrySchema } from '#src/contract/submit/retry-schema.ts';
import type { HeadersInput } from '#src/contract/submit/submit-input.ts';
import { flowRateSchema, headersSchema, redactedStringSchema } from '#src/contract/submit/submit-schema.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import type { FlowRate } from '#src/domain/flow/flow-clock.ts';
import { flowLimits, limits, upstreamLimits } from '#src/domain/limits.ts';
import { type UpstreamFormat, upstreamFormats } from './upstream.ts';

/** Limits that the jobs of an upstream share. */
export type UpstreamFlowInput = {
  /** Name of the flow, 1 – 128 characters. Default `upstream:<name>`. */
  key?: string | null | undefined;
  /** Attempts that may be under way at once, 1 – 10,000. */
  concurrency?: number | null | undefined;
  /** Attempts that may start within any such period: 1 – 1,000,000 within 1 s – 1 day. */
  rate?: { limit: number; periodSeconds: Duration } | null | undefined;
};

/** Input of `upstreams.create`. Unknown fields are refused, never ignored. */
export type UpstreamInput = {
  /** Name of at most 64 lower-case letters, digits, `.`, `-` and `_`, unique in the project. */
  name: string;
  /** URL with http or https that paths of jobs are joined to, such as `https://api.openai.com/v1`; without a query. */
  baseUrl: string;
  /** The API that it speaks. It gives the preset of retries. Default `none`. */
  format?: UpstreamFormat | undefined;
  /** Headers that the worker adds to every request, such as `authorization`; at most 64 and 16 KiB. */
  headers?: HeadersInput | undefined;
  /** Client certificate and private authorities, for an https base URL. Null or absent: none. */
  tls?: TlsInput | null | undefined;
  /** True: models that no other upstream has go there. Another default is one no more. */
  default?: boolean | undefined;
  /** Prefixes of the models that go there, such as `gpt-`; at most 64. */
  models?: string[] | undefined;
  /** Retries of its jobs, as in a submission. Null or absent: the preset of its format. */
  retry?: RetryInput | null | undefined;
  /** Limit of one attempt, 1,000 – 1,800,000 ms. Null or absent: the usual one. */
  timeoutMs?: Duration | null | undefined;
  /** Flow of its jobs. Null or absent: none. */
  flow?: UpstreamFlowInput | null | undefined;
};

/** Changes of an upstream. What is not given stays. In `headers`, null removes a name, and other names stay. */
export type UpstreamEdits = { [Field in keyof Omit<UpstreamInput, 'headers'>]?: UpstreamInput[Field] | undefined } & {
  /** The id of an upstream, or its name. */
  id: string;
  headers?: Record<string, HeadersInput[string] | null> | undefined;
};

/** A checked upstream. */
export type UpstreamSpec = {
  name: string;
  baseUrl: string;
  format: UpstreamFormat;
  headers: HeaderSpec[];
  tls?: TlsInput | null;
  default: boolean;
  models: string[];
  retry: RetryInput | null;
  timeoutMs: number | null;
  flow: { key: string | null; concurrency: number | null; rate: FlowRate | null } | null;
};

/** Checked changes. `removedHeaders` holds names in lower case. */
export type UpstreamChange = Partial<UpstreamSpec> & { removedHeaders: string[] };

/** Input of `upstreams.test`. */
export type UpstreamTestInput = {
  id: string;
  /** Path below the base URL. Default `/models` for `openai` and `anthropic`, else `/`. */
  path?: string | undefined;
};

const text = (what: string) => z.string({ error: `must be ${what}` });

const flowSchema = z.strictObject(
  {
    key: text('the name of a flow').nullish().meta({
      description: '`upstream:<name>` if it is not given.',
      minLength: 1,
      maxLength: flowLimits.keyLength,
    }),
    concurrency: z
      .int({ error: 'must be a whole number' })
      .nullish()
      .describe('Attempts that may be under way at once, over all workers.'),
    rate: flowRateSchema.nullish().describe('Attempts that may start within any such period, over all workers.'),
  },
  { error: 'must be an object: { key, concurrency, rate }' },
) satisfies z.ZodType<UpstreamFlowInput>;

const fields = {
  name: text('a string').describe(
    'What jobs name it by: at most 64 lower-case letters, digits, `.`, `-` and `_`, unique in the project.',
  ),
  baseUrl: text('an http or https URL').meta({
    description: 'http or https, without a query: paths of jobs are joined to it.',
    maxLength: limits.urlLength,
  }),
  format: z
    .enum(upstreamFormats, { error: `must be one of ${upstreamFormats.join(', ')}` })
    .optional()
    .describe('The API that it speaks. It gives the preset of retries. `none` if it is not given.'),
  headers: headersSchema
    .optional()
    .describe('Added to every request by the worker; at most 64 and 16 KiB. They are stored encrypted.'),
  tls: tlsInputSchema
    .nullish()
    .describe('Client certificate and private authorities, for an https base URL. Null: none.'),
  default: z
    .boolean({ error: 'must be true or false' })
    .optional()
    .describe('True: models that no other upstream has go there. Another default is one no more.'),
  models: z
    .array(text('a string'), { error: 'must be a list of prefixes' })
    .optional()
    .describe(`Prefixes of the models that go there, such as \`gpt-\`; at most ${upstreamLimits.models}.`),
  retry: z
    .union([retrySchema, z.null()])
    .optional()
    .describe('Retries of its jobs, as in a submission. Null: the preset of its format.'),
  timeoutMs: duration.nullish().describe('Limit of one attempt. Null: the usual one.'),
  flow: flowSchema.nullish().describe('Limits that its jobs share. Null: none.'),
};

/** The schema of `upstreams.create`. `parseUpstream` checks the rules that a shape cannot express. */
export const upstreamInputSchema = z.strictObject(fields, {
  error: 'must be an object',
}) satisfies z.ZodType<UpstreamInput>;

/** The schema of `upstreams.update`. */
export const upstreamEditsSchema = upstreamInputSchema.partial().extend({
  id: z.string().min(1).describe('The id of an upstream, or its name.'),
  headers: z
    .record(z.string(), z.union([z.string(), redactedStringSchema, z.null()]))
    .optional()
    .describe('Those given are set; null removes one; the others stay.'),
}) satisfies z.ZodType<UpstreamEdits>;

/** The schema of `upstreams.test`. */
export const upstreamTestInput = z.strictObject({
  id: z.string().min(1).describe('The id of an upstream, or its name.'),
  path: text('a path')
    .max(limits.urlLength)
    .optional()
    .describe('Path below the base URL; `/models` for `openai` and `anthropic`, else `/`, if it is not given.'),
}) satisfies z.ZodType<UpstreamTestInput>;
