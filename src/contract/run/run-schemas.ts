import { z } from 'zod';
import { instantSchema, jsonValueSchema } from '#src/contract/event/event-schemas-job.ts';
import { pageInput } from '#src/contract/job/job-filter-input.ts';
import { pageFields } from '#src/contract/job/job-schemas.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { jobStates } from '#src/domain/decide/job-state.ts';
import { limits, readLimits, runLimits } from '#src/domain/limits.ts';
import {
  type Run,
  type RunDetail,
  type RunListInput,
  type RunPage,
  type RunStartInput,
  type RunStepView,
  type RunTurn,
  runStates,
  type StartedRun,
  stepKinds,
} from './run-view.ts';

const summaryShape = {
  id: z.string(),
  name: z.string().describe('The path of the route.'),
  url: z.string(),
  state: z.enum(runStates),
  labels: z.array(z.string()),
  turn: z.int().describe('The number of the last turn; each is one entry of the route.'),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  wakeAt: instantSchema.nullable().describe('When a waiting run is entered again, if nothing ends before.'),
  idempotencyKey: z.string().nullable(),
  createdAt: instantSchema,
  endedAt: instantSchema.nullable(),
};

const runShape = {
  ...summaryShape,
  payload: jsonValueSchema.describe('What the run was started with.'),
  result: jsonValueSchema.describe('What the handler returned.'),
  expiresAt: instantSchema.nullable().describe('When payload and results are deleted, or were.'),
};

/** The schema of a run. */
export const runSchema = z
  .strictObject(runShape)
  .meta({ id: 'Run', description: 'A run of a route made with `serve`.' }) satisfies z.ZodType<Run>;

/** The schema of the answer to starting a run. */
export const startedRunSchema = z
  .strictObject({ ...runShape, replayed: z.boolean() })
  .meta({ id: 'StartedRun' }) satisfies z.ZodType<StartedRun>;

const stepSchema = z
  .strictObject({
    key: z.string(),
    kind: z.enum(stepKinds),
    state: z.enum(['pending', 'done', 'failed', 'timed_out']),
    jobId: z.string().nullable().describe('The job of a request.'),
    jobState: z.enum(jobStates).nullable(),
    method: z.string().nullable(),
    url: z.string().nullable(),
    status: z.int().nullable().describe("The status of the request's last response."),
    attempts: z.int().nullable(),
    createdAt: instantSchema,
    startedAt: instantSchema.nullable(),
    dueAt: instantSchema.nullable().describe('The end of a sleep, or of the wait for a callback.'),
    endedAt: instantSchema.nullable(),
  })
  .meta({ id: 'RunStep' }) satisfies z.ZodType<RunStepView>;

const turnSchema = z
  .strictObject({
    number: z.int(),
    jobId: z.string(),
    state: z.enum(jobStates),
    attempts: z.int(),
    createdAt: instantSchema,
    startedAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
  })
  .meta({ id: 'RunTurn' }) satisfies z.ZodType<RunTurn>;

/** The schema of a run with its steps and turns. */
export const runDetailSchema = z
  .strictObject({ ...runShape, steps: z.array(stepSchema), turns: z.array(turnSchema) })
  .meta({ id: 'RunDetail' }) satisfies z.ZodType<RunDetail>;

/** What a list adds to a run. */
const lineShape = {
  steps: z.int().describe('The number of steps so far.'),
  waitsFor: z
    .strictObject({ requests: z.int(), callbacks: z.int(), sleeps: z.int() })
    .nullable()
    .describe('What of a waiting run has not ended; null unless the run waits.'),
};

/** The schema of a page of runs. */
export const runPageSchema = z
  .strictObject({
    runs: z.array(z.strictObject({ ...summaryShape, ...lineShape }).meta({ id: 'RunSummary' })),
    nextCursor: pageFields.nextCursor,
    searchedTo: pageFields.searchedTo,
  })
  .meta({ id: 'RunPage' }) satisfies z.ZodType<RunPage>;

/** Input of `runs.start`. */
export const runStartInput = z.strictObject({
  url: z.string().describe('URL of the route, with http or https.'),
  payload: z.unknown().optional().describe('Any JSON value of at most 256 KiB; the handler gets it.'),
  idempotencyKey: storableText(limits.idempotencyKeyLength)
    .min(1)
    .optional()
    .describe('The same key leads to the same run, for as long as it is kept.'),
  labels: z
    .array(storableText(limits.labelLength).min(1))
    .max(limits.labels)
    .optional()
    .describe('Up to 16 texts to filter by.'),
}) satisfies z.ZodType<RunStartInput>;

/** Names a run. */
export const byRun = z.strictObject({ id: z.string().max(readLimits.idLength) });

/** Input of `runs.list`. */
export const runListInput = z.strictObject({
  state: z.union([z.enum(runStates), z.array(z.enum(runStates))]).optional(),
  name: storableText(limits.urlLength).optional().describe('The path of the route.'),
  label: storableText(limits.labelLength).optional(),
  limit: pageInput.limit,
  cursor: z.string().max(readLimits.cursorLength).optional().describe('`nextCursor` of a page: what is older.'),
}) satisfies z.ZodType<RunListInput>;

/** What the route proves itself with: the run, the turn and its token. */
export const turnShape = {
  run: z.string().max(readLimits.idLength),
  turn: z.int().min(1),
  token: z.string().max(runLimits.keyLength),
};
