import { z } from 'zod';
import {
  type DeliveryFilterInput,
  type DeliverySelection,
  deliverySelection,
} from '#src/contract/event/delivery-filter.ts';
import type { Scope } from '#src/contract/project/scope.ts';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { operationLimits } from '#src/domain/limits.ts';
import { type JobFilterInput, pageInput } from './job-filter-input.ts';

/**
 * Kinds of operations. `resend_failed` sends failed deliveries again, on request also skipped ones. `replay_skipped`
 * sends deliveries that were skipped while their endpoint was disabled. `resend_deliveries` sends picked deliveries
 * again, or all that a filter finds. `cancel_jobs` cancels jobs that have not ended. `rerun_jobs` runs ended jobs again.
 */
export const operationKinds = [
  'resend_failed',
  'replay_skipped',
  'resend_deliveries',
  'cancel_jobs',
  'rerun_jobs',
] as const;

/** See `operationKinds`. */
export type OperationKind = (typeof operationKinds)[number];

/** Kinds of operations on the deliveries of one endpoint. */
export type DeliveryOperationKind = 'resend_failed' | 'replay_skipped';

/** Kinds of operations on jobs. */
export type JobOperationKind = 'cancel_jobs' | 'rerun_jobs';

/** Returns true for the kinds of operations on jobs. */
export function isJobOperation(kind: OperationKind): kind is JobOperationKind {
  return kind === 'cancel_jobs' || kind === 'rerun_jobs';
}

/** Returns the scope that stopping an operation needs. Starting it needs the same scope. */
export function scopeOfOperation(kind: OperationKind): Scope {
  return isJobOperation(kind) ? 'jobs:write' : 'callbacks:admin';
}

/**
 * States of an operation: `running` → `completed` (nothing is left to do) | `stopped` (somebody stopped it, or it could
 * not go on). The last two are final.
 */
export const operationStates = ['running', 'completed', 'stopped'] as const;

/** See `operationStates`. */
export type OperationState = (typeof operationStates)[number];

/** Default number of deliveries or jobs per second. */
export const defaultPerSecond = 50;

/** Input of an operation on the deliveries of one endpoint, with every default filled in. */
export type DeliveryOperationInput = {
  endpointId: string;
  /** Instant in ISO 8601 UTC. */
  since: string;
  /** True if skipped deliveries are sent too, not only failed ones. */
  includeSkipped: boolean;
  perSecond: number;
  jobs?: undefined;
  deliveries?: undefined;
};

/** Input of an operation on jobs: the number of picked jobs, or the filter. */
export type JobOperationInput = {
  jobs: { picked: number; filter?: undefined } | { filter: JobFilterInput; picked?: undefined };
  perSecond: number;
  deliveries?: undefined;
};

/** Input of an operation on deliveries of any receiver: the number of picked deliveries, or the filter. */
export type ResendOperationInput = {
  deliveries: { picked: number; filter?: undefined } | { filter: DeliveryFilterInput; picked?: undefined };
  perSecond: number;
  jobs?: undefined;
};

/** Input of an operation; `jobs` and `deliveries` tell the three forms apart. */
export type OperationInput = DeliveryOperationInput | JobOperationInput | ResendOperationInput;

/** Error of one job or delivery of an operation, or the reason why an operation stopped by itself. */
export type OperationError = { id: string; code: ErrorCode; message: string };

/** A bulk action that runs in the background. Times are ISO 8601 UTC. */
export type Operation = {
  id: string;
  kind: OperationKind;
  state: OperationState;
  input: OperationInput;
  /** Number of deliveries or jobs found at the start. That count stops at a limit, so more may follow. */
  total: number;
  /** True if there may be more than `total`. */
  totalCapped: boolean;
  /**
   * Number of them that the operation has sent again, cancelled or run again. The lists of jobs and deliveries show
   * what came of it.
   */
  done: number;
  /**
   * Number of them that the operation could not do, for example because the payload is gone or the job had already
   * ended.
   */
  failed: number;
  /** Errors of the first twenty picked jobs or deliveries that could not be done. */
  errors: OperationError[];
  /** Id of the API key or the user that started it. */
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  endedAt: string | null;
};

/** A page of `operations.list`; `nextCursor` asks for the next page. */
export type OperationPage = { operations: Operation[]; nextCursor: string | null };

/** Input of `deliveries.replaySkipped`. */
export type ReplaySkippedInput = {
  /** Id or name of the endpoint. */
  endpoint: string;
  /** Instant in ISO 8601: only deliveries that ended at or after it. */
  since: string;
  /** The highest number of deliveries per second, 1 – 1,000. Default 50. */
  perSecond?: number | undefined;
};

/** Input of `deliveries.resendFailed`. */
export type ResendFailedInput = ReplaySkippedInput & {
  /** True if deliveries skipped while the endpoint was disabled are sent too. Default false. */
  includeSkipped?: boolean | undefined;
};

/** Input of `deliveries.resendMany`. */
export type ResendManyInput = {
  deliveries: DeliverySelection;
  /** The highest number of deliveries per second, 1 – 1,000. Default 50. */
  perSecond?: number | undefined;
};

/** Filters and paging of `operations.list`, newest first. */
export type OperationListInput = {
  /** Page size, 1 – 100. Default 20. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  state?: OperationState | undefined;
};

/** How many deliveries or jobs a second. */
export const perSecondInput = z.int().min(operationLimits.perSecond.min).max(operationLimits.perSecond.max).optional();

/** Checks a `ReplaySkippedInput`. */
export const replaySkippedInput = z.strictObject({
  endpoint: storableText(100).min(1).describe("The endpoint's id or name."),
  since: z.iso.datetime({ offset: true }).describe('Only deliveries that ended at or after this instant.'),
  perSecond: perSecondInput.describe(`At most so many deliveries a second; ${defaultPerSecond} if it is not given.`),
}) satisfies z.ZodType<ReplaySkippedInput, ReplaySkippedInput>;

/** Checks a `ResendFailedInput`. */
export const resendFailedInput = replaySkippedInput.extend({
  includeSkipped: z.boolean().optional().describe('Also those that were skipped while the endpoint was disabled.'),
}) satisfies z.ZodType<ResendFailedInput, ResendFailedInput>;

/** Checks a `ResendManyInput`. */
export const resendManyInput = z.strictObject({
  deliveries: deliverySelection,
  perSecond: perSecondInput.describe(`At most so many deliveries a second; ${defaultPerSecond} if it is not given.`),
}) satisfies z.ZodType<ResendManyInput, ResendManyInput>;

/** Checks an `OperationListInput`. */
export const operationListInput = z.strictObject({
  limit: pageInput.limit,
  cursor: pageInput.cursor,
  state: z.enum(operationStates).optional().describe('Only those in this state.'),
}) satisfies z.ZodType<OperationListInput, OperationListInput>;
