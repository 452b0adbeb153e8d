import { Refusal } from '#src/contract/shape/error-code.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import { runLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Seals } from '#src/engine/deps.ts';
import { prepareJob, type Submitter } from '#src/engine/submit/prepare-job.ts';
import type { NewJob } from '#src/store/job/insert-jobs.ts';
import { hashToken, newSecret } from './run-token.ts';

/** The header with the token of a turn. One of its words is `token`, so it is masked and sealed like every such header. */
const tokenHeader = 'ringback-run-token';

const retries = { strategy: 'backoff', limit: runLimits.turnRetries } as const;

/**
 * Statuses after which a turn is tried again. A handler that threw is answered with 500; it is counted on its own, so
 * that the route can give up earlier.
 */
const rules = ['500', '408', '429', '501-599'].map((when) => ({ when, ...retries }));

/** A turn to store: its job, and the hash of its token. */
export type Turn = { job: NewJob; tokenHash: Buffer };

/**
 * Makes the job of a turn: a POST to the route that names the run. Only the token in its header lets the route read and
 * change the run. Throws a Refusal for a URL that may not be called.
 */
export function makeTurn(
  run: { id: string; url: string; turn: number },
  submitter: Submitter,
  deps: Seals & Guards & Clock,
): Turn {
  const token = newSecret();
  const spec = parseSubmit({
    url: run.url,
    method: 'POST',
    json: { type: 'run.turn', run: formatId('run', run.id), turn: run.turn },
    headers: { [tokenHeader]: token },
    retry: rules,
    timeout: { durationInMs: 600_000, retry: { limit: runLimits.turnRetries } },
    connectionError: { retry: { limit: runLimits.turnRetries } },
    maxAttempts: 4 * runLimits.turnRetries,
    redirect: 'manual',
  });
  return { job: prepareJob(spec, submitter, deps, { run: { id: run.id, step: null } }), tokenHash: hashToken(token) };
}

/** Makes the job of a turn, or returns why its URL may not be called any more. */
export function tryTurn(...args: Parameters<typeof makeTurn>): Turn | Refusal {
  try {
    return makeTurn(...args);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
