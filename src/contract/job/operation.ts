import { z } from 'zod';
import type { Scope } from '#src/contract/project/scope.ts';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { operationLimits, readLimits } from '#src/domain/limits.ts';
import type { JobFilterInput } from './job-filter-input.ts';

/**
 * What an operation does: sends failed deliveries again, or those that were skipped while their endpoint was disabled; cancels
 * jobs that have not ended; runs jobs that have ended again.
 */
export const operationKinds = ['resend_failed', 'replay_skipped', 'cancel_jobs', 'rerun_jobs'] as const;

/** See `operationKinds`. */
export type OperationKind = (typeof operationKinds)[number];

/** The kinds that are about deliveries. */
export type DeliveryOperationKind = 'resend_failed' | 'replay_skipped';

/** The kinds that are about jobs. */
export type JobOperationKind = 'cancel_jobs' | 'rerun_jobs';

/** True for the kinds that are about jobs. */
export function isJobOperation(kind: OperationKind): kind is JobOperationKind {
  return kind === 'cancel_jobs' || kind === 'rerun_jobs';
}

/** What it takes to stop an operation: the same as to start it. */
export function scopeOfOperation(kind: OperationKind): Scope {
  return isJobOperation(kind) ? 'jobs:write' : 'callbacks:admin';
}

/** `running` → `completed` (nothing is left to do) | `stopped` (somebody stopped it). The last two are final. */
export const operationStates = ['running', 'completed', 'stopped'] as const;

/** See `operationStates`. */
export type OperationState = (typeof operationStates)[number];

/** Deliveries or jobs a second where nothing else is said. */
export const defaultPerSecond = 50;

/** What an operation on deliveries was started with, every default filled in. */
export type DeliveryOperationInput = {
  endpointId: string;
  /** ISO 8601 UTC. */
  since: string;
  /** Skipped deliveries too, not only failed ones. */
  includeSkipped: boolean;
  perSecond: number;
  jobs?: undefined;
};

/** What an operation on jobs was started with: how many were picked, or the filter. */
export type JobOperationInput = {
  jobs: { picked: number; filter?: undefined } | { filter: JobFilterInput; picked?: undefined };
  perSecond: number;
};

/** What an operation was started with; `jobs` tells the two apart. */
export type OperationInput = DeliveryOperationInput | JobOperationInput;

/** Why one of an operation's jobs could not be dealt with. */
export type OperationError = { id: string; code: ErrorCode; message: string };

/** A bulk action in the background. Times are ISO 8601 UTC. */
export type Operation = {
  id: string;
  kind: OperationKind;
  state: OperationState;
  input: OperationInput;
  /** How many deliveries or jobs it found at its start; where it found very many, more than it counted may follow. */
  total: number;
  /** True: there may be more than `total`. */
  totalCapped: boolean;
  /** How many of them it has sent again, cancelled or run again; what became of those then is in the lists. */
  done: number;
  /** How many could not be: what they would send is gone, or they had ended already. */
  failed: number;
  /** The first twenty jobs that could not be dealt with, and why. */
  errors: OperationError[];
  /** The id of the API key, or of the user, that started it. */
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  endedAt: string | null;
};

/** A page of `operations.list`; pass `nextCursor` on to get the next one. */
export type OperationPage = { operations: Operation[]; nextCursor: string | null };

/** Input of `deliveries.replaySkipped`. */
export type ReplaySkippedInput = {
  /** The endpoint's id or name. */
  endpoint: string;
  /** Only deliveries that ended at or after this instant, ISO 8601. */
  since: string;
  /** At most so many deliveries a second, 1 – 1,000; default 50. */
  perSecond?: number | undefined;
};

/** Input of `deliveries.resendFailed`. */
export type ResendFailedInput = ReplaySkippedInput & {
  /** Also those skipped while the endpoint was disabled; default false. */
  includeSkipped?: boolean | undefined;
};

/** Filters and paging of `operations.list`. Newest first. */
export type OperationListInput = {
  /** 1 – 100, default 20. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  state?: OperationState | undefined;
};

/** Checks a `ReplaySkippedInput`. */
export const replaySkippedInput = z.strictObject({
  endpoint: storableText(100).min(1),
  since: z.iso.datetime({ offset: true }),
  perSecond: z.int().min(operationLimits.perSecond.min).max(operationLimits.perSecond.max).optional(),
}) satisfies z.ZodType<ReplaySkippedInput, ReplaySkippedInput>;

/** Checks a `ResendFailedInput`. */
export const resendFailedInput = replaySkippedInput.extend({
  includeSkipped: z.boolean().optional(),
}) satisfies z.ZodType<ResendFailedInput, ResendFailedInput>;

/** Checks an `OperationListInput`. */
export const operationListInput = z.strictObject({
  limit: z.int().min(1).max(readLimits.pageSize.max).optional(),
  cursor: z.string().max(readLimits.cursorLength).optional(),
  state: z.enum(operationStates).optional(),
}) satisfies z.ZodType<OperationListInput, OperationListInput>;
