import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import type { JobState } from '#src/domain/decide/job-state.ts';
import { jobStates } from '#src/domain/decide/job-state.ts';
import { flowLimits, gatewayLimits, limits, projectLimits, readLimits } from '#src/domain/limits.ts';
import { failureWords } from './failure-words.ts';
import { durationFilter, metadataFilter, metadataPathInput } from './job-filter-parts-input.ts';
import { type CallbackWord, callbackWords } from './job-filter-words.ts';

/** Filters of jobs. A job must match all given filters. */
export type JobFilterInput = {
  /** State of the job, or several states of which it has one. */
  state?: JobState | JobState[] | undefined;
  label?: string | undefined;
  /** The target's exact host name. */
  host?: string | undefined;
  /** Host name that the target must not have. */
  notHost?: string | undefined;
  /**
   * Status of the last response: `404`, or a class such as `5xx`. Or a word for how jobs failed, or the last attempts of those that go on, such as `timeout`: see
   * `failureWords`.
   */
  status?: number | string | undefined;
  method?: string | undefined;
  /** API key that submitted the job. */
  apiKeyId?: string | undefined;
  /** Name of the API key that submitted the job. */
  apiKey?: string | undefined;
  /** State of a delivery of the job, or several states of which one of its deliveries has one. `none`: it has none. */
  callback?: CallbackWord | CallbackWord[] | undefined;
  /**
   * Endpoint that a delivery of the job goes to: its name as it is now, or its id. Together with `callback` it must be
   * the same delivery; with `none` the job has no delivery to it.
   */
  endpoint?: string | undefined;
  /** The least and the most attempts made so far. */
  attemptsMin?: number | undefined;
  attemptsMax?: number | undefined;
  /** The least and the longest time from the first attempt to the end: milliseconds, or text such as `5s`. */
  durationMin?: number | string | undefined;
  durationMax?: number | string | undefined;
  /** Path into the metadata and the text of its value, `customer.id=42`; or several, which must all hold. */
  metadata?: string | string[] | undefined;
  /** Key of the job's flow. */
  flow?: string | undefined;
  /** Upstream that the jobs were made for: its name as it is now, or its id. */
  upstream?: string | undefined;
  /** Model that the jobs call, as the API knows it. */
  model?: string | undefined;
  /** Instants in ISO 8601: jobs created at or after `from` and before `to`. */
  from?: string | undefined;
  to?: string | undefined;
  /** Instants in ISO 8601: jobs that ended at or after `endedFrom` and before `endedTo`. */
  endedFrom?: string | undefined;
  endedTo?: string | undefined;
  /** Kind of failure, as `stats.failures` names it: `api.example.com 503:5xx`. */
  failure?: string | undefined;
  /** Part of the URL or of a label, in any case; or a whole id of a job or a response. */
  text?: string | undefined;
  id?: string | undefined;
  /** Job of which the found jobs are reruns. */
  rerunOf?: string | undefined;
  /** Operation that made or cancelled the jobs. */
  operation?: string | undefined;
};

/** Filters and paging of `jobs.list`, newest first. A job must match all given filters. */
export type ListInput = JobFilterInput & {
  /** Paths into the metadata, such as `customer.id`, whose values each row has as `metadata`. */
  metadataColumns?: string | string[] | undefined;
  /** Page size, 1 – 100. Default 20. */
  limit?: number | undefined;
  /** `nextCursor` of a page; it asks for the older rows. */
  cursor?: string | undefined;
  /** `previousCursor` of a page; it asks for the page of newer rows next to it. Not together with `cursor`. */
  before?: string | undefined;
};

/** Answer of `jobs.counts`: the number of jobs that a filter finds, by state and in total. */
export type JobCounts = { counts: Record<JobState, CappedCount>; all: CappedCount };

/** The input fields that name a page of a list that goes both ways. */
export const pageInput = {
  limit: z
    .int()
    .min(1)
    .max(readLimits.pageSize.max)
    .optional()
    .describe(`How many; ${readLimits.pageSize.default} if it is not given.`),
  cursor: z.string().max(readLimits.cursorLength).optional().describe('`nextCursor` of a page: what is older.'),
  before: z
    .string()
    .max(readLimits.cursorLength)
    .optional()
    .describe('`previousCursor` of a page: what is newer, next to it. Not together with `cursor`.'),
};

const instant = z.iso.datetime({ offset: true });
const status = z.string().refine((text) => /^[1-9](\d\d|xx)$/.test(text) || Object.hasOwn(failureWords, text), {
  error: 'must be a status such as 404, a class such as 5xx, or a word such as timeout, blocked or connection_error',
});

const attempts = z.int().min(0).max(readLimits.attemptsCompared);

/** Checks a `JobFilterInput`. */
export const jobFilterInput = z.strictObject({
  state: z
    .union([z.enum(jobStates), z.array(z.enum(jobStates)).max(jobStates.length)])
    .optional()
    .describe('One of several.'),
  label: storableText(limits.labelLength).optional().describe('A label that the job has.'),
  host: storableText(readLimits.hostLength).optional().describe("The target's host name, exactly."),
  notHost: storableText(readLimits.hostLength).optional().describe('All hosts but this one.'),
  status: z
    .union([z.int().min(100).max(999), status])
    .optional()
    .describe(
      "The last response's status, `404`, or a class, `5xx`; or how the job, or its last attempt while it goes on, failed: `timeout`, `blocked`, `connection_error`.",
    ),
  method: storableText(limits.methodLength).min(1).optional().describe('The HTTP method.'),
  apiKeyId: z.string().max(readLimits.idLength).optional().describe('The key that submitted it.'),
  apiKey: storableText(projectLimits.nameLength).min(1).optional().describe('The name of the key that submitted it.'),
  callback: z
    .union([z.enum(callbackWords), z.array(z.enum(callbackWords)).max(callbackWords.length)])
    .optional()
    .describe('A state of one of its deliveries, of any event; `none`: it has no delivery.'),
  endpoint: storableText(readLimits.idLength)
    .min(1)
    .optional()
    .describe(
      'The name or the id of an endpoint that one of its deliveries goes to; with `callback`, that delivery is in this state.',
    ),
  attemptsMin: attempts.optional().describe('At least so many attempts so far.'),
  attemptsMax: attempts.optional().describe('At most so many attempts so far.'),
  durationMin: durationFilter
    .optional()
    .describe('Ended, and took at least so long from its first attempt on: `5s`, or milliseconds.'),
  durationMax: durationFilter
    .optional()
    .describe('Ended, and took at most so long from its first attempt on: `5s`, or milliseconds.'),
  metadata: z
    .union([metadataFilter, z.array(metadataFilter).max(readLimits.metadataMatches)])
    .optional()
    .describe('A path into its metadata and the text of the value there, `customer.id=42`. Several must all hold.'),
  flow: storableText(flowLimits.keyLength).min(1).optional().describe('The key of its flow.'),
  upstream: storableText(readLimits.idLength).min(1).optional().describe('The name or the id of its upstream.'),
  model: storableText(gatewayLimits.modelLength).min(1).optional().describe('The model that it calls, exactly.'),
  from: instant.optional().describe('Created at or after.'),
  to: instant.optional().describe('Created before.'),
  endedFrom: instant.optional().describe('Ended at or after.'),
  endedTo: instant.optional().describe('Ended before.'),
  failure: storableText(readLimits.failureLength)
    .min(1)
    .optional()
    .describe('Failed in this way: host, cause and rule, as `api.example.com 503:5xx`.'),
  text: storableText(readLimits.searchTextLength)
    .min(1)
    .optional()
    .describe('Part of the URL or of a label, whatever the case; or a whole id of a job or a response.'),
  id: z.string().max(readLimits.idLength).optional().describe('The job itself.'),
  rerunOf: z.string().max(readLimits.idLength).optional().describe('Jobs that ran this one again.'),
  operation: z.string().max(readLimits.idLength).optional().describe('Jobs that this operation made or cancelled.'),
}) satisfies z.ZodType<JobFilterInput, JobFilterInput>;

/** Checks the paths into the metadata that the rows of a list or of an export show. */
export const columnsInput = z
  .union([metadataPathInput, z.array(metadataPathInput).max(readLimits.metadataColumns)])
  .optional()
  .describe('Paths into the metadata, `customer.id`, whose values each row has as `metadata`.');

/** Checks a `ListInput`. */
export const listInput = jobFilterInput.extend({
  metadataColumns: columnsInput,
  ...pageInput,
}) satisfies z.ZodType<ListInput, ListInput>;

/** Checks the input of `jobs.counts`: a filter without a state, because the answer counts by state. */
export const countsInput = jobFilterInput.omit({ state: true });

/** Checks the input of `jobs.newerCount`, which counts the jobs that a filter finds and that are newer than a job. */
export const newerCountInput = z.strictObject({ filter: jobFilterInput, than: z.string().max(readLimits.idLength) });
