import { z } from 'zod';

/** What an operation does: sends failed deliveries again, or those that were skipped while their endpoint was disabled. */
export const operationKinds = ['resend_failed', 'replay_skipped'] as const;

/** See `operationKinds`. */
export type OperationKind = (typeof operationKinds)[number];

/** `running` → `completed` (nothing is left to do) | `stopped` (somebody stopped it). The last two are final. */
export const operationStates = ['running', 'completed', 'stopped'] as const;

/** See `operationStates`. */
export type OperationState = (typeof operationStates)[number];

/** Deliveries a second where nothing else is said. */
export const defaultPerSecond = 50;

/** What an operation was started with, every default filled in. */
export type OperationInput = {
  endpointId: string;
  /** ISO 8601 UTC. */
  since: string;
  /** Skipped deliveries too, not only failed ones. */
  includeSkipped: boolean;
  perSecond: number;
};

/** A bulk action in the background. Times are ISO 8601 UTC. */
export type Operation = {
  id: string;
  kind: OperationKind;
  state: OperationState;
  input: OperationInput;
  /** How many deliveries it found at its start. */
  total: number;
  /** How many of them it has sent again; what became of them then is in `deliveries.list`. */
  done: number;
  /** How many could not be sent again, since what they would send is gone. */
  failed: number;
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
  endpoint: z.string().min(1).max(100),
  since: z.iso.datetime({ offset: true }),
  perSecond: z.int().min(1).max(1_000).optional(),
}) satisfies z.ZodType<ReplaySkippedInput, ReplaySkippedInput>;

/** Checks a `ResendFailedInput`. */
export const resendFailedInput = replaySkippedInput.extend({
  includeSkipped: z.boolean().optional(),
}) satisfies z.ZodType<ResendFailedInput, ResendFailedInput>;

/** Checks an `OperationListInput`. */
export const operationListInput = z.strictObject({
  limit: z.int().min(1).max(100).optional(),
  cursor: z.string().max(100).optional(),
  state: z.enum(operationStates).optional(),
}) satisfies z.ZodType<OperationListInput, OperationListInput>;
