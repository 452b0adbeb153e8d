import type { Query } from '#e2e/support/database.ts';
import { addDuration, type Histogram } from '#src/domain/stats/histogram.ts';
import type { HostEntries, StatCounts } from '#src/domain/stats/stat-counts.ts';
import { stepStart } from '#src/domain/stats/stat-steps.ts';

const stepSeconds = 1_800;
const stepMs = stepSeconds * 1_000;
const noProject = '00000000-0000-0000-0000-000000000000';

/** Two days of statistics as a lively project would have them, with a target that was down for an hour this morning. */
export async function seedHistory(query: Query, ids: { project: string; endpoint: string }): Promise<void> {
  const last = stepStart(Date.now(), stepSeconds);
  for (let ago = 95; ago >= 0; ago--) {
    const at = new Date(last - ago * stepMs);
    const traffic = stepOf(at, ago);
    await store(query, ids.project, at, traffic.counts, traffic.hosts);
    await store(query, noProject, at, { measuredAt: at.getTime() + stepMs - 1 }, null);
    const delivered = Math.round((traffic.counts.delivered ?? 0) / 6);
    const failed = isOutage(ago) ? 9 : ago % 17 === 0 ? 1 : 0;
    const ofEndpoint = {
      delivered,
      failedTries: failed * 4,
      deliveriesFailed: failed === 9 ? 1 : 0,
      tryDuration: spread(delivered, 90),
    };
    await store(query, ids.endpoint, at, ofEndpoint, null);
  }
}

async function store(
  query: Query,
  scope: string,
  at: Date,
  counts: StatCounts,
  hosts: HostEntries | null,
): Promise<void> {
  await query(
    `insert into stat_bucket (scope_id, step, at, counts, hosts) values ($1, $2, $3, $4, $5)
     on conflict (scope_id, step, at) do update set counts = excluded.counts, hosts = excluded.hosts`,
    [scope, stepSeconds, at, JSON.stringify(counts), hosts && JSON.stringify(hosts)],
  );
}

const isOutage = (ago: number) => ago >= 9 && ago <= 11;

function stepOf(at: Date, ago: number): { counts: StatCounts; hosts: HostEntries } {
  const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
  // Busy by day, calm by night, and never quite even.
  const tide = 1 + 0.55 * Math.sin(((hour - 9) / 24) * 2 * Math.PI) + 0.08 * wobble(ago);
  const ended = Math.round(1_450 * tide * (ago > 47 ? 0.9 : 1));
  const failed = isOutage(ago) ? Math.round(ended * 0.13) : Math.round(ended * (0.006 + 0.002 * wobble(ago + 7)));
  const completed = ended - failed;
  const queued = Math.round((isOutage(ago) ? 340 : 70) * tide + 12 * wobble(ago + 3));
  const counts = {
    submitted: ended + Math.round(20 * wobble(ago)),
    completed,
    failed,
    cancelled: 2 + (ago % 5),
    delivered: Math.round(completed * 0.97),
    deliveriesFailed: isOutage(ago) ? 22 : 3,
    duration: spread(ended, isOutage(ago) ? 9_000 : 5_200 + 700 * wobble(ago + 11)),
    deliveryDuration: spread(completed, isOutage(ago) ? 2_400 : 120 + 30 * wobble(ago + 2)),
    deliveriesWaiting: Math.round((isOutage(ago) ? 260 : 12) * tide + 4 * wobble(ago + 9)),
    oldestDeliveryMs: Math.round((isOutage(ago) ? 2_900_000 : 40_000) * tide + 9_000 * wobble(ago + 4)),
    queued,
    retrying: Math.round(queued * (isOutage(ago) ? 0.5 : 0.24)),
    oldestQueuedMs: Math.round((isOutage(ago) ? 38_000 : 9_000) * tide + 1_500 * wobble(ago + 5)),
    measuredAt: at.getTime() + stepMs - 1,
  };
  return { counts, hosts: hostsOf(ended, failed, isOutage(ago)) };
}

function hostsOf(ended: number, failed: number, outage: boolean): HostEntries {
  const payfold = Math.round(failed * (outage ? 0.9 : 0.4));
  const frameloop = Math.round(failed * (outage ? 0.05 : 0.3));
  const rest = Math.max(0, failed - payfold - frameloop);
  return [
    ['api.payfold.com', { ended: Math.round(ended * 0.2), failed: payfold, outcomes: [['503', payfold]] }],
    [
      'render.frameloop.dev',
      { ended: Math.round(ended * 0.05), failed: frameloop, outcomes: [['timeout', frameloop]] },
    ],
    [
      'api.openai.com',
      { ended: Math.round(ended * 0.6), failed: Math.ceil(rest * 0.7), outcomes: [['429', Math.ceil(rest * 0.7)]] },
    ],
    [
      'export.warehouse.io',
      { ended: Math.round(ended * 0.14), failed: Math.floor(rest * 0.3), outcomes: [['500', Math.floor(rest * 0.3)]] },
    ],
  ];
}

/** Durations around a middle: most near it, some far above. */
function spread(count: number, middleMs: number): Histogram {
  const histogram: Histogram = {};
  const samples = 60;
  for (let n = 0; n < samples; n++) addDuration(histogram, middleMs * Math.exp(1.1 * normal((n + 0.5) / samples)));
  const each = Math.max(1, Math.round(count / samples));
  for (const index of Object.keys(histogram)) histogram[index] = (histogram[index] ?? 0) * each;
  return histogram;
}

/** Roughly the normal distribution's quantile. */
function normal(share: number): number {
  return (Math.log(share / (1 - share)) / 1.702) as number;
}

/** Between -1 and 1, and the same every time. */
function wobble(n: number): number {
  return Math.sin(n * 12.9898) * Math.cos(n * 4.1414);
}
