import type { Paces, Reads } from '#src/engine/deps.ts';
import { renewAwaited } from '#src/store/job/awaited-calls.ts';

/**
 * The calls in the foreground whose connections are open in this process. The database hears of them now and then, all in
 * one statement; a call that no process names any more is given up.
 */
export type HeldCalls = {
  /**
   * Says that somebody waits for a call. It ends with the signal. A new call is known to be waited for already; for
   * another one the database hears of it at once.
   */
  hold(jobId: string, signal: AbortSignal, options: { isNew: boolean }): void;
  close(): void;
};

/** Makes the list of held calls. `onError` is called when a statement fails; the next one follows soon. */
export function makeHeldCalls({ db, pace }: Reads & Paces, onError: (error: unknown) => void): HeldCalls {
  /** The number of connections that wait for each call. */
  const held = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const renew = (jobIds: readonly string[]) => renewAwaited(db, jobIds, pace.callHeldSeconds).catch(onError);
  const renewLater = () => {
    timer ??= setTimeout(async () => {
      if (held.size > 0) await renew([...held.keys()]);
      timer = undefined;
      if (held.size > 0) renewLater();
    }, pace.renewCallsMs);
  };

  return {
    hold(jobId, signal, { isNew }) {
      if (signal.aborted) return;
      held.set(jobId, (held.get(jobId) ?? 0) + 1);
      signal.addEventListener('abort', () => {
        const left = (held.get(jobId) ?? 1) - 1;
        if (left === 0) held.delete(jobId);
        else held.set(jobId, left);
      });
      if (!isNew) void renew([jobId]);
      renewLater();
    },
    close() {
      held.clear();
      clearTimeout(timer);
    },
  };
}
