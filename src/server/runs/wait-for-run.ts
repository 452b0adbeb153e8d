import type { RunDetail } from '#src/contract/run/run-view.ts';
import { getRun } from '#src/engine/run/read-runs.ts';
import { runUuid } from '#src/engine/show/known-id.ts';
import { holdStream } from '#src/server/call/open-streams.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { json } from '#src/server/http/wire.ts';
import type { RestCall } from '#src/server/rest/route.ts';

/**
 * Answers the run: when it has ended, or as it is when the time that the caller wants to wait is over. Throws
 * `rate_limited` if the caller waits for too much.
 */
export async function shownRun(before: RunDetail, call: RestCall): Promise<HttpResponse> {
  const { deps, request, waitSeconds } = call;
  if (waitSeconds === null) return json(200, before);
  const actor = await call.actor();
  holdStream('waits', actor, request.signal);
  const until = performance.now() + waitSeconds * 1_000;
  const { signal } = request;
  for (let run = before; ; run = await getRun(deps, actor.projectId, before.id)) {
    const timeoutMs = until - performance.now();
    if (run.endedAt !== null || timeoutMs <= 0 || signal.aborted || deps.runWatcher.closed) return json(200, run);
    await deps.runWatcher.changed(runUuid(run.id), { state: run.state, attempts: run.turn }, { signal, timeoutMs });
  }
}
