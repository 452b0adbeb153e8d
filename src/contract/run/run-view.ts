import type { JobState } from '#src/domain/decide/job-state.ts';
import type { JsonValue } from '#src/domain/policy/policy.ts';
import type { RunTally } from './run-line.ts';

/** The states of a run. `running`: a turn is queued or under way. `waiting`: for a step to end. */
export const runStates = ['running', 'waiting', 'completed', 'failed', 'cancelled'] as const;
export type RunState = (typeof runStates)[number];

/** The kinds of steps. `step` is work of the app itself. */
export const stepKinds = ['request', 'sleep', 'callback', 'step'] as const;
export type StepKind = (typeof stepKinds)[number];

/** Why a run failed: a code, and a message for people. */
export type RunError = { code: string; message: string };

/** A run without what it was given and made. Times are ISO 8601 UTC. */
export type RunSummary = {
  id: string;
  /** Path of the route. */
  name: string;
  url: string;
  state: RunState;
  labels: string[];
  /** Number of the last turn; each turn is one entry of the route. */
  turn: number;
  error: RunError | null;
  /** Time at which a waiting run is entered again, if nothing ends before. */
  wakeAt: string | null;
  idempotencyKey: string | null;
  createdAt: string;
  endedAt: string | null;
};

/** A run. Payload and result are JSON values. */
export type Run = RunSummary & {
  payload: JsonValue;
  /** What the handler returned; null before the end, or if it returned nothing. */
  result: JsonValue;
  /** Time at which payload and results are deleted, or were; null while the run goes on. */
  expiresAt: string | null;
};

/** Answer to starting a run. `replayed` is true if the idempotency key led to an existing one. */
export type StartedRun = Run & { replayed: boolean };

/** A step of a run. */
export type RunStepView = {
  key: string;
  kind: StepKind;
  state: 'pending' | 'done' | 'failed' | 'timed_out';
  /** Job of a request. */
  jobId: string | null;
  jobState: JobState | null;
  method: string | null;
  url: string | null;
  /** Status of the request's last response. */
  status: number | null;
  attempts: number | null;
  createdAt: string;
  /** Time of a request's first attempt; null for other kinds. */
  startedAt: string | null;
  /** End of a sleep, or of the wait for a callback. */
  dueAt: string | null;
  endedAt: string | null;
};

/** A turn of a run: one entry of its route. Its job has the attempts. */
export type RunTurn = {
  number: number;
  jobId: string;
  state: JobState;
  attempts: number;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
};

/** Answer of `runs.get`: the run with its steps and turns, oldest first. */
export type RunDetail = Run & { steps: RunStepView[]; turns: RunTurn[] };

/** A run in a list: with the number of its steps, and what it waits for. */
export type RunLine = RunSummary & RunTally;

/** A page of runs, newest first. */
export type RunPage = {
  runs: RunLine[];
  nextCursor: string | null;
  /** Not null: the search was given up here, and the page has fewer runs than it could. The cursor goes on. */
  searchedTo: string | null;
};

/** Input of `runs.start`. */
export type RunStartInput = {
  /** URL of the route, with http or https. */
  url: string;
  /** Any JSON value of at most 256 KiB; the handler gets it. */
  payload?: unknown;
  /** The same key leads to the same run, for as long as it is kept. */
  idempotencyKey?: string | undefined;
  /** Up to 16 texts to filter by. */
  labels?: string[] | undefined;
};

/** Filters and paging of `runs.list`, newest first. A run must match all given filters. */
export type RunListInput = {
  state?: RunState | RunState[] | undefined;
  /** Path of the route. */
  name?: string | undefined;
  label?: string | undefined;
  /** Page size, 1 – 100. Default 20. */
  limit?: number | undefined;
  /** `nextCursor` of a page; it asks for the older runs. */
  cursor?: string | undefined;
};
