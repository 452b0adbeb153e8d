import type { Scope } from '#src/contract/project/scope.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type Actor, requireAnyScope, requireScope } from './actor.ts';
import { auditDetail, auditTarget } from './audit-detail.ts';
import type { Context } from './context.ts';
import { actorOf, noteDeed, writeDeed } from './record-deed.ts';

/** The scopes and the audit settings of a procedure. Every mutation is recorded by default. */
export type ProcedureMeta = {
  /** Scopes of which the caller needs one. `procedure` sets them. Without any, nobody may call. */
  scopes?: readonly Scope[];
  /**
   * The procedure returns an existing secret. It is recorded even as a query, and the secret is returned only when the
   * record was written.
   */
  reveals?: true;
  /** Calls by API keys are not recorded. The job itself is their record, and the hot path needs no other write. */
  audit?: 'people';
  /** The longest input, in bytes of JSON. Default: `readLimits.inputBytes`. */
  inputBytes?: number;
  /** Fields of the input whose values may be recorded, besides those that are always shown. */
  shows?: readonly string[];
  /** The project whose audit log gets the entry, as a UUID from the output. Default: the caller's. Null: none. */
  projectOf?: (output: unknown) => string | null;
};

/** A call of a procedure whose input was not read yet. */
export type GuardedCall = {
  ctx: Context;
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  meta: ProcedureMeta | undefined;
  getRawInput: () => Promise<unknown>;
};

/** Returns the caller. Refuses a caller that has none of the procedure's scopes. */
export async function admit({ ctx, meta, path }: GuardedCall): Promise<Actor> {
  const [scope, ...others] = meta?.scopes ?? [];
  if (scope === undefined) throw new Error(`${path} does not say who may call it`);
  const caller = await ctx.actor();
  return others.length === 0 ? requireScope(caller, scope) : requireAnyScope(caller, [scope, ...others]);
}

/** Writes a call to the audit log, once. */
export type Recorder = {
  /** Records the call in the transaction of its work: both are stored, or neither. */
  recordIn(tx: Tx, output: unknown): Promise<void>;
  /** Records the call after its work and before its answer, unless `recordIn` has done so. */
  recordAfter(output: unknown): Promise<void>;
};

export function makeRecorder(call: GuardedCall, caller: Actor): Recorder {
  const { type, meta } = call;
  let isRecorded = false;
  return {
    async recordIn(tx, output) {
      await record(call, caller, output, tx);
      isRecorded = true;
    },
    async recordAfter(output) {
      const isKept = meta?.reveals || (type === 'mutation' && (meta?.audit !== 'people' || caller.kind === 'user'));
      if (isKept && !isRecorded) await record(call, caller, output);
    },
  };
}

async function record(call: GuardedCall, caller: Actor, output: unknown, tx?: Tx): Promise<void> {
  const { ctx, path: action, meta = {} } = call;
  const input = await call.getRawInput();
  const deed = {
    projectId: meta.projectOf ? meta.projectOf(output) : caller.projectId,
    actor: actorOf(caller),
    action,
    target: auditTarget(input, output),
    detail: auditDetail(input, meta.shows),
    peer: ctx.peer,
    requestId: ctx.requestId,
  };
  return tx || meta.reveals ? writeDeed(ctx.deps, deed, tx) : noteDeed(ctx.deps, deed);
}
