import { setTimeout as pause } from 'node:timers/promises';
import type { Findings } from './findings.ts';
import type { Ledger } from './ledger.ts';
import { restCall, untilAnswered } from './rest-call.ts';
import type { AskedStack } from './soak-stack.ts';
import type { LoadScene } from './submitting.ts';

/**
 * Time after the answer to a pause in which requests may still begin. Workers read the pauses once a second, and a claim
 * goes by what is at most two seconds old at its beginning, and at its end.
 */
const settlingMs = 4_000;

/** Pauses the project, or one of its hosts, for some time. */
export async function pauseFor(
  where: Pick<LoadScene, 'url' | 'apiKey'>,
  ledger: Ledger,
  host: string | null,
  ms: number,
) {
  const json = host === null ? {} : { host };
  const call = (path: string) => untilAnswered(() => restCall(where, path, { method: 'POST', json }));
  await call('/v1/pauses');
  const from = Date.now() + settlingMs;
  await pause(ms);
  const until = Date.now();
  await call('/v1/pauses/end');
  if (until > from) ledger.pauses.push({ from, until });
}

/**
 * Finds the attempts of jobs that began while all of them were paused. Those that were cancelled or lost began by the time
 * of their claim. It was made after the claim had read that the pause is over, so it is never before the end is asked for.
 */
export async function checkPauses({ stack, ledger }: { stack: AskedStack; ledger: Ledger }): Promise<Findings> {
  const rows = await stack.query<{ url: string; n: number; at: string }>(
    `select j.url, a.n, a.started_at::text as at from unnest($1::float8[], $2::float8[]) as p(since, until)
     join attempt a on a.started_at > to_timestamp(p.since / 1000) and a.started_at < to_timestamp(p.until / 1000)
     join job j on j.id = a.owner_id`,
    [ledger.pauses.map(({ from }) => from), ledger.pauses.map(({ until }) => until)],
  );
  return { 'requests during a pause': rows.map(({ url, n, at }) => `attempt ${n} of ${url} at ${at}`) };
}
