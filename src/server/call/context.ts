import type { HttpRequest } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { Actor } from './actor.ts';

/** The context of a procedure: the parts of the process, and the caller, who is looked up only when needed. */
export type Context = {
  deps: ServerDeps;
  /** Returns the caller. Refuses a caller without a valid API key or session. */
  actor(): Promise<Actor>;
  /** Returns the caller, looked up again, so that a long call does not outlive the caller's permission. */
  actorNow(): Promise<Actor>;
  /** The `Idempotency-Key` header, which may replace the input field. */
  idempotencyKey: string | null;
  requestId: string;
  /** The IP address of the caller. */
  peer: string;
};

/** Returns the context of a request. It looks the caller up once. `idempotencyKey` is null where the header has no meaning. */
export function makeContext(
  deps: ServerDeps,
  { requestId, peer }: Pick<HttpRequest, 'requestId' | 'peer'>,
  { actorNow, idempotencyKey }: Pick<Context, 'actorNow' | 'idempotencyKey'>,
): Context {
  let actor: Promise<Actor> | undefined;
  return { deps, actor: () => (actor ??= actorNow()), actorNow, idempotencyKey, requestId, peer };
}
