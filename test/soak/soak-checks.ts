import { parseId } from '#src/domain/text/id.ts';
import type { Findings } from './findings.ts';
import { checkBulk } from './kinds/bulk.ts';
import { checkResponses } from './kinds/responses.ts';
import { checkRuns } from './kinds/runs.ts';
import { checkStreams } from './kinds/streams.ts';
import type { Ledger } from './ledger.ts';
import { checkPauses } from './pauses.ts';
import type { SoakReceiver } from './soak-receiver.ts';
import type { AskedStack } from './soak-stack.ts';
import type { SoakTarget } from './soak-target.ts';
import { flowLimits } from './submitting.ts';

export type CheckScene = {
  stack: AskedStack;
  ledger: Ledger;
  target: SoakTarget;
  receiver: SoakReceiver;
};

type JobRow = {
  id: string;
  state: string;
  code: string | null;
  url: string;
  attempt_count: number;
  idempotency_key: string | null;
  attempts: number;
  lowest: number | null;
  highest: number | null;
};
type DeliveryRow = {
  id: string;
  job_id: string | null;
  event_id: string;
  type: string;
  terminal: boolean;
  receiver: string;
  url: string;
  state: string;
  /** Attempts that used up one of the schedule. */
  used: number;
  allowed: number;
  error: { code: string } | null;
  attempt_count: number;
  attempts: number;
  lowest: number | null;
  highest: number | null;
};

export type Checked = { jobs: number; attempts: number; deliveries: number; findings: Findings };

const jobsSql = `select j.id, state, error ->> 'code' as code, url, attempt_count, idempotency_key, a.*
  from job j cross join lateral
    (select count(*)::int as attempts, min(n) as lowest, max(n) as highest from attempt where owner_id = j.id) a`;
const deliveriesSql = `select d.id, job_id, event_id, type, terminal, receiver, url, state, error, attempt_count,
    attempt_count - interruption_count - attempt_base as used, json_array_length(schedule) + 1 as allowed, a.*
  from delivery d cross join lateral
    (select count(*)::int as attempts, min(n) as lowest, max(n) as highest from attempt where owner_id = d.id) a`;

const ended = ['completed', 'failed', 'cancelled'];
const endedDeliveries = ['delivered', 'failed', 'cancelled', 'skipped'];

/** Compares what the ledger, the target and the receiver know with what the database holds. */
export async function checkAll(scene: CheckScene): Promise<Checked> {
  const jobs = await scene.stack.query<JobRow>(jobsSql);
  const deliveries = await scene.stack.query<DeliveryRow>(deliveriesSql);
  return {
    jobs: jobs.length,
    attempts: jobs.reduce((sum, { attempts }) => sum + attempts, 0),
    deliveries: deliveries.length,
    findings: {
      ...checkJobs(scene, jobs),
      ...checkRequests(scene, jobs),
      ...checkDeliveries(scene, jobs, deliveries),
      ...checkReceived(scene, deliveries),
      ...checkFlows(scene.target),
      ...(await checkPauses(scene)),
      ...(await checkStreams(scene)),
      ...(await checkRuns(scene)),
      ...(await checkResponses(scene)),
      ...(await checkBulk(scene)),
      ...(await checkErased(scene)),
      'answers that were wrong': scene.ledger.wrong,
      'processes that ended by themselves': scene.stack.unasked,
    },
  };
}

const tagOf = (url: string) => new URL(url).pathname.split('/').at(-1) ?? '';

function countBy<T>(rows: readonly T[], keyOf: (row: T) => string | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const above = (counts: Map<string, number>, most = 1) =>
  [...counts].filter(([, count]) => count > most).map(([key, count]) => `${key} (${count})`);

function checkJobs({ ledger }: CheckScene, jobs: readonly JobRow[]): Findings {
  const stored = new Set(jobs.map(({ id }) => id));
  const accepted = [...ledger.entries.values()].flatMap(({ tag, ids }) => [...ids].map((id) => ({ tag, id })));
  const made = countBy(jobs, ({ url }) => (ledger.entries.has(tagOf(url)) ? tagOf(url) : null));
  const twoIds = [...ledger.entries.values()].filter(({ ids }) => ids.size > 1).map(({ tag }) => tag);
  const gaps = ({ attempts, lowest, highest, attempt_count }: JobRow) =>
    attempts !== attempt_count || (attempts > 0 && (lowest !== 1 || highest !== attempts));
  return {
    'jobs lost': accepted
      .filter(({ id }) => !stored.has(parseId('job', id) ?? ''))
      .map(({ tag, id }) => `${tag} ${id}`),
    'jobs stuck': jobs
      .filter(({ state }) => !ended.includes(state))
      .map(({ id, state, url }) => `${id} ${state} ${url}`),
    'requests that became two jobs': [...above(made), ...twoIds, ...above(countBy(jobs, (job) => job.idempotency_key))],
    'jobs with gaps in their attempts': jobs
      .filter(gaps)
      .map((job) => `${job.url} ${job.state}: ${job.attempts} attempts of ${job.attempt_count}`),
    'jobs that failed against their policy': jobs
      .filter(({ state, code, url }) => {
        const isPatient = ledger.entries.get(tagOf(url))?.patient === true;
        return isPatient && state === 'failed' && code !== 'worker_lost';
      })
      .map(({ url, code, attempts }) => `${url}: ${code} after ${attempts} attempts`),
  };
}

function checkRequests({ ledger, target }: CheckScene, jobs: readonly JobRow[]): Findings {
  const requests = (tag: string) => target.seen.get(tag)?.requests ?? 0;
  const own = jobs.filter(({ url }) => ledger.entries.has(tagOf(url)));
  return {
    'requests of jobs that were cancelled before their start': [
      ...[...ledger.entries.values()].filter(({ cancelledUnstarted }) => cancelledUnstarted).map(({ tag }) => tag),
      ...own
        .filter(({ state, attempt_count }) => state === 'cancelled' && attempt_count === 0)
        .map(({ url }) => tagOf(url)),
    ].filter((tag) => requests(tag) > 0),
    'jobs completed without a 2xx of the target': own
      .filter(({ state, url }) => state === 'completed' && (target.seen.get(tagOf(url))?.accepted ?? 0) === 0)
      .map(({ url }) => url),
    // A GET may be sent once more at once when a kept connection turns out to be closed.
    'POSTs without an attempt on record': own
      .filter(({ url, attempts }) => {
        const entry = ledger.entries.get(tagOf(url));
        return entry?.method === 'POST' && requests(entry.tag) > attempts;
      })
      .map(({ url, attempts }) => `${url}: ${requests(tagOf(url))} requests, ${attempts} attempts`),
  };
}

function checkDeliveries({ ledger }: CheckScene, jobs: readonly JobRow[], all: readonly DeliveryRow[]): Findings {
  const ends = all.filter(({ terminal }) => terminal);
  const events = new Map<string, Set<string>>();
  for (const { job_id, event_id } of ends)
    if (job_id) events.set(job_id, (events.get(job_id) ?? new Set()).add(event_id));
  const untold = jobs.filter(
    ({ id, url, state }) =>
      ended.includes(state) && ledger.entries.get(tagOf(url))?.callback === true && !events.has(id),
  );
  const breach = ({ state, used, allowed, error }: DeliveryRow) =>
    state !== 'delivered' && !(state === 'failed' && (used >= allowed || error?.code === 'worker_lost'));
  return {
    'ends without an event': untold.map(({ url }) => url),
    'terminal events doubled': [
      ...[...events].filter(([, ids]) => ids.size > 1).map(([job]) => job),
      ...above(countBy(ends, (row) => `${row.job_id} ${row.receiver}`)),
    ],
    'deliveries stuck': all
      .filter(({ state }) => !endedDeliveries.includes(state))
      .map(({ id, state, url, attempt_count }) => `${id} ${state} ${url} after ${attempt_count} attempts`),
    'deliveries given up against their rules': all
      .filter((row) => endedDeliveries.includes(row.state) && breach(row))
      .map(({ id, state, used, allowed, error }) => `${id} ${state} ${used} of ${allowed} ${error?.code}`),
    'deliveries with gaps in their attempts': all
      .filter(
        ({ attempts, lowest, highest, attempt_count }) =>
          attempts !== attempt_count || (attempts > 0 && (lowest !== 1 || highest !== attempts)),
      )
      .map(({ id, attempts, attempt_count }) => `${id}: ${attempts} of ${attempt_count}`),
  };
}

function checkReceived({ receiver }: CheckScene, deliveries: readonly DeliveryRow[]): Findings {
  const keyOf = (row: DeliveryRow) => `${new URL(row.url).pathname} ${row.event_id}`;
  const stored = new Set(deliveries.map(keyOf));
  const seen = [...receiver.events.values()].map((event) => ({
    ...event,
    key: `${event.path} ${parseId('evt', event.webhookId)}`,
  }));
  const confirmed = new Set(seen.filter((event) => event.confirmed > 0).map(({ key }) => key));
  const isEnd = (type: string) => ended.some((state) => type === `job.${state}`);
  return {
    'confirmed webhooks that no delivery knows': [...confirmed].filter((key) => !stored.has(key)),
    'deliveries called delivered that no receiver confirmed': deliveries
      .filter((row) => row.state === 'delivered' && !confirmed.has(keyOf(row)))
      .map(keyOf),
    'ends that came under two ids': above(
      countBy(seen, ({ path, jobId, type }) => (isEnd(type) ? `${path} ${jobId}` : null)),
    ),
    'webhooks that were wrong': receiver.wrong,
  };
}

const keptSecretsSql = `select 'a job' as owner, j.id from job_secret s join job j on j.id = s.job_id
    where j.state = 'completed' and s.erase_at is null
  union all select 'a delivery', d.id from delivery_secret s join delivery d on d.id = s.delivery_id
    where d.state = 'delivered'`;

/** Secrets of what went well are erased with its end. */
async function checkErased({ stack }: CheckScene): Promise<Findings> {
  const rows = await stack.query<{ owner: string; id: string }>(keptSecretsSql);
  return { 'secrets kept after the end': rows.map(({ owner, id }) => `${owner} ${id}`) };
}

/** What arrives a little late, because a process or the network held it up, must not count as two periods in one. */
const heldUpMs = 500;

function checkFlows({ most, arrivals }: SoakTarget): Findings {
  const { narrow, metered } = flowLimits;
  const { limit, periodSeconds } = metered.rate;
  const found: string[] = [];
  const open = most.get('narrow') ?? 0;
  if (open > narrow.concurrency) found.push(`${open} at once of a flow that allows ${narrow.concurrency}`);
  let first = 0;
  let worst = 0;
  for (const [index, at] of arrivals.entries()) {
    while (at - (arrivals[first] ?? at) >= periodSeconds * 1_000 - heldUpMs) first += 1;
    worst = Math.max(worst, index - first + 1);
  }
  if (worst > limit) found.push(`${worst} within ${periodSeconds} s of a flow that allows ${limit}`);
  return { 'flow limits exceeded': found };
}
