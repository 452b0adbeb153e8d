import { type StatSpan, statRangeMs } from '#src/contract/stats/stat-range.ts';
import type { SeenLimit, UpstreamUsage, UsagePoint } from '#src/contract/upstream/upstream.ts';
import { readLimits } from '#src/domain/limits.ts';
import { type StatWindow, stepStart } from '#src/domain/stats/stat-steps.ts';
import { formatId } from '#src/domain/text/id.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { readLeft } from '#src/domain/upstream/limit-headers.ts';
import type { Clock, Reads } from '#src/engine/deps.ts';
import { endOf, windowOf } from '#src/engine/show/window-of.ts';
import { countUsage, findLimitHeaders, type LimitRow, type UsageRow } from '#src/store/upstream/usage-rows.ts';
import { upstreamRow } from './upstreams.ts';

/** Jobs that were made so long before a range are looked at too: they may have ended in it. */
const leadMs = 86_400_000;

/** Headers of rate limits that are shown at most. */
const mostHeaders = 40;

/** Returns what an upstream, given by its id or its name, was used for in a range of time. Throws `not_found`. */
export async function upstreamUsage(
  deps: Reads & Clock,
  projectId: string,
  { id: idOrName, ...span }: { id: string } & StatSpan,
): Promise<UpstreamUsage> {
  const { id } = await upstreamRow(deps, projectId, idOrName);
  const nowMs = deps.now();
  const steps = windowOf(nowMs, span);
  const { stepMs } = steps;
  const [fromMs, toMs] = limitsOf(nowMs, span, steps);
  const most = readLimits.countedRows;
  const window = {
    ...{ upstreamId: id, stepMs, most },
    fromId: firstIdOf(fromMs),
    firstId: firstIdOf(fromMs - leadMs),
    // The clock of the process that made a job may be ahead.
    endId: firstIdOf(span.range === undefined ? toMs : nowMs + leadMs),
  };
  const [rows, answers] = await Promise.all([
    countUsage(deps.db, window),
    findLimitHeaders(deps.db, { ...window, endedFrom: new Date(steps.fromMs), endedTo: new Date(endOf(steps)) }),
  ]);
  const totals = totalsOf(rows.filter((row) => row.in_range));
  return {
    ...{ range: span.range ?? null, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), ...totals },
    capped: totals.completed + totals.failed + totals.cancelled + totals.open >= most,
    stepSeconds: stepMs / 1_000,
    points: pointsOf(steps, rows, answers),
    limits: seenLimits(answers),
  };
}

/** Returns the limits within which jobs are counted. A range that ends now is as long as its name says. */
function limitsOf(nowMs: number, { range }: StatSpan, steps: StatWindow): [fromMs: number, toMs: number] {
  return range === undefined ? [steps.fromMs, steps.toMs] : [nowMs - statRangeMs[range].range, nowMs];
}

/** Returns the first id of an instant. Ids begin with the time at which they were made. */
function firstIdOf(atMs: number): string {
  return uuidV7(atMs, new Uint8Array(16));
}

type Totals = Pick<
  UpstreamUsage,
  'completed' | 'failed' | 'cancelled' | 'open' | 'calls' | 'inputTokens' | 'outputTokens'
>;

function totalsOf(rows: readonly UsageRow[]): Totals {
  const totals = { completed: 0, failed: 0, cancelled: 0, open: 0, calls: 0, inputTokens: 0, outputTokens: 0 };
  for (const row of rows) {
    totals[stateAtEnd(row) ?? 'open'] += row.jobs;
    totals.calls += row.calls;
    totals.inputTokens += row.input_tokens;
    totals.outputTokens += row.output_tokens;
  }
  return totals;
}

function stateAtEnd({ state }: UsageRow): 'completed' | 'failed' | 'cancelled' | null {
  return state === 'completed' || state === 'failed' || state === 'cancelled' ? state : null;
}

function pointsOf(steps: StatWindow, rows: readonly UsageRow[], answers: readonly LimitRow[]): UsagePoint[] {
  const points = new Map(steps.starts.map((atMs) => [atMs, emptyPoint(atMs)]));
  for (const row of rows) {
    const end = stateAtEnd(row);
    const point = row.step === null ? undefined : points.get(row.step * steps.stepMs);
    if (!point || end === null) continue;
    point[end] += row.jobs;
    point.inputTokens += row.input_tokens;
    point.outputTokens += row.output_tokens;
  }
  // They come in the order of time, so that the last answer of a step stays.
  for (const { at, headers } of answers) {
    const point = points.get(stepStart(at.getTime(), steps.stepMs / 1_000));
    if (!point) continue;
    const { requests, tokens } = readLeft(headers);
    if (requests) Object.assign(point, { requestsLeft: requests.left, requestsLimit: requests.of });
    if (tokens) Object.assign(point, { tokensLeft: tokens.left, tokensLimit: tokens.of });
  }
  return [...points.values()];
}

function emptyPoint(atMs: number): UsagePoint {
  return {
    at: new Date(atMs).toISOString(),
    ...{ completed: 0, failed: 0, cancelled: 0, inputTokens: 0, outputTokens: 0 },
    ...{ requestsLeft: null, requestsLimit: null, tokensLeft: null, tokensLimit: null },
  };
}

/** Returns the last value of each header. */
function seenLimits(answers: readonly LimitRow[]): SeenLimit[] {
  const seen = new Map<string, SeenLimit>();
  for (const { job_id, at, headers } of answers) {
    const about = { at: at.toISOString(), job: formatId('job', job_id) };
    for (const name of new Set(headers.map(([each]) => each))) {
      const values = headers.filter(([each]) => each === name).map(([, value]) => value);
      seen.set(name, { name, value: values.join(', '), ...about });
    }
  }
  return [...seen.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, mostHeaders);
}
