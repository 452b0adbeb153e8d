import type { ServerDeps } from '#src/server/server-deps.ts';
import type { Actor } from './actor.ts';

/** What a procedure gets: the process's parts, and the caller, found out only when asked for. */
export type Context = {
  deps: ServerDeps;
  /** Who calls; refuses a caller without a valid key or session. */
  actor(): Promise<Actor>;
  /** The same, found out anew: what takes long must not outlive the right to it. */
  actorNow(): Promise<Actor>;
  /** The `Idempotency-Key` header, which stands in for the field. */
  idempotencyKey: string | null;
  requestId: string;
  /** Where the call comes from. */
  peer: string;
};
