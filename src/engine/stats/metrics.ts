import type { Metric, MetricSeries } from '#src/domain/stats/exposition.ts';
import { type Histogram, toSeconds } from '#src/domain/stats/histogram.ts';
import { addCounts, type StatCounts } from '#src/domain/stats/stat-counts.ts';
import { formatId } from '#src/domain/text/id.ts';
import { firstToEnd } from '#src/engine/client-tls.ts';
import type { Paces, Reads } from '#src/engine/deps.ts';
import { quotaViews } from '#src/engine/quota/quota-settings.ts';
import { type QuotaStandRow, readQuotasSet } from '#src/store/quota/read-quotas.ts';
import { type ProjectNowRow, readProjectsNow } from '#src/store/stats/backlog.ts';
import { type CertificateRow, findCertificates } from '#src/store/stats/find-certificates.ts';
import { readStatsEver } from '#src/store/stats/stat-rows.ts';
import { findWorkers, type WorkerRow } from '#src/store/worker/workers.ts';

/**
 * Returns the metrics of all projects and workers. Counters are read from the counts that transactions wrote, so they
 * go on after a restart and are the same in every web process.
 */
export async function metrics({ db, pace }: Reads & Paces): Promise<Metric[]> {
  const [ever, projects, workers, limited, certificates] = await Promise.all([
    readStatsEver(db),
    readProjectsNow(db),
    findWorkers(db, pace.silentAfterSeconds),
    readQuotasSet(db),
    findCertificates(db),
  ]);
  const counts = new Map(projects.map(({ id }) => [id, {} as StatCounts]));
  for (const row of ever) {
    const sum = counts.get(row.project_id);
    if (sum) addCounts(sum, row.counts);
  }
  return [
    ...ofProjects(projects),
    ...ofQuotas(limited),
    ...ofCounts(counts),
    ...ofCertificates(certificates),
    ...ofWorkers(workers),
  ];
}

function ofProjects(projects: ProjectNowRow[]): Metric[] {
  const each = (series: (row: ProjectNowRow) => [labels: Record<string, string>, value: number][]): MetricSeries[] =>
    projects.flatMap((row) =>
      series(row).map(([labels, value]) => ({ labels: { project: formatId('prj', row.id), ...labels }, value })),
    );
  return [
    {
      name: 'ringback_project_info',
      help: 'The name of each project; always 1.',
      type: 'gauge',
      series: each(({ name }) => [[{ name }, 1]]),
    },
    {
      name: 'ringback_jobs',
      help: 'Jobs that have not ended, by state; paused ones are due and held by a pause. Counting stops at 10001.',
      type: 'gauge',
      series: each((row) => [
        [{ state: 'scheduled' }, row.scheduled],
        [{ state: 'queued' }, row.queued],
        [{ state: 'paused' }, row.paused],
        [{ state: 'in_progress' }, row.in_progress],
        [{ state: 'retrying' }, row.retrying],
      ]),
    },
    {
      name: 'ringback_oldest_queued_job_seconds',
      help: 'How long the oldest due job has waited that no pause holds; 0 when none waits.',
      type: 'gauge',
      series: each(({ oldest_seconds }) => [[{}, Math.max(0, oldest_seconds ?? 0)]]),
    },
    {
      name: 'ringback_deliveries_waiting',
      help: 'Deliveries that are pending or wait for their next attempt. Counting stops at 10001.',
      type: 'gauge',
      series: each(({ deliveries }) => [[{}, deliveries]]),
    },
    {
      name: 'ringback_endpoints',
      help: 'Registered endpoints: failing ones have done nothing but fail since their last success.',
      type: 'gauge',
      series: each(({ endpoints, failing, disabled }) => [
        [{ state: 'healthy' }, endpoints - failing - disabled],
        [{ state: 'failing' }, failing],
        [{ state: 'disabled' }, disabled],
      ]),
    },
  ];
}

/** Only quotas that are set have series. */
function ofQuotas(rows: QuotaStandRow[]): Metric[] {
  const set = rows.flatMap((row) =>
    quotaViews(row).flatMap(({ name, limit, used }) =>
      limit === null
        ? []
        : [{ labels: { project: formatId('prj', row.projectId), quota: quotaLabels[name] }, limit, used }],
    ),
  );
  return [
    {
      name: 'ringback_quota_limit',
      help: 'The quotas of projects that have some.',
      type: 'gauge',
      series: set.map(({ labels, limit }) => ({ labels, value: limit })),
    },
    {
      name: 'ringback_quota_used',
      help: 'How much of each quota is used; bytes once they were measured. Open jobs are counted up to the quota.',
      type: 'gauge',
      series: set.flatMap(({ labels, used }) => (used === null ? [] : [{ labels, value: used }])),
    },
  ];
}

const quotaLabels = {
  openJobs: 'open_jobs',
  jobsPerHour: 'jobs_per_hour',
  jobsPerDay: 'jobs_per_day',
  storedBytes: 'stored_bytes',
} as const;

function ofCounts(counts: Map<string, StatCounts>): Metric[] {
  const all = [...counts].map(([id, sum]) => ({ project: formatId('prj', id), sum }));
  const counter = (
    name: string,
    help: string,
    of: (sum: StatCounts) => [Record<string, string>, number | undefined][],
  ) => ({
    name,
    help,
    type: 'counter' as const,
    series: all.flatMap(({ project, sum }) =>
      of(sum).map(([labels, value]) => ({ labels: { project, ...labels }, value: value ?? 0 })),
    ),
  });
  const histogram = (name: string, help: string, of: (sum: StatCounts) => Histogram | undefined) => ({
    name,
    help,
    type: 'histogram' as const,
    series: all.map(({ project, sum }) => ({ labels: { project }, value: toSeconds(of(sum) ?? {}) })),
  });
  return [
    counter('ringback_jobs_submitted_total', 'Jobs that were accepted.', ({ submitted }) => [[{}, submitted]]),
    counter('ringback_jobs_ended_total', 'Jobs that have ended, by how.', ({ completed, failed, cancelled }) => [
      [{ state: 'completed' }, completed],
      [{ state: 'failed' }, failed],
      [{ state: 'cancelled' }, cancelled],
    ]),
    histogram(
      'ringback_job_duration_seconds',
      'From submission to end, of jobs that completed or failed.',
      ({ duration }) => duration,
    ),
    counter('ringback_deliveries_ended_total', 'Deliveries that arrived or were given up.', (sum) => [
      [{ state: 'delivered' }, sum.delivered],
      [{ state: 'failed' }, sum.deliveriesFailed],
    ]),
    counter(
      'ringback_delivery_tries_failed_total',
      'Attempts of deliveries that their receiver failed.',
      ({ failedTries }) => [[{}, failedTries]],
    ),
    histogram(
      'ringback_delivery_duration_seconds',
      "From a delivery's making to its arrival.",
      ({ deliveryDuration }) => deliveryDuration,
    ),
    histogram(
      'ringback_delivery_try_duration_seconds',
      'How long attempts took that were answered.',
      ({ tryDuration }) => tryDuration,
    ),
  ];
}

/** One series for a project's endpoints and one for its upstreams, however many of them have certificates. */
function ofCertificates(rows: CertificateRow[]): Metric[] {
  const first = new Map<string, { labels: Record<string, string>; value: number }>();
  for (const { owner, project_id: project, ...tls } of rows) {
    const ends = firstToEnd(tls);
    if (ends === null) continue;
    const value = Date.parse(ends.expiresAt) / 1_000;
    const known = first.get(`${project} ${owner}`);
    const labels = { project: formatId('prj', project), of: owner };
    if (known === undefined || value < known.value) first.set(`${project} ${owner}`, { labels, value });
  }
  return [
    {
      name: 'ringback_first_certificate_end_timestamp_seconds',
      help: 'When the first certificate of the endpoints, or of the upstreams, of a project ends, in Unix time.',
      type: 'gauge',
      series: [...first.values()],
    },
  ];
}

function ofWorkers(workers: WorkerRow[]): Metric[] {
  const states = ['alive', 'draining', 'silent'] as const;
  const living = workers.filter(({ state }) => state !== 'silent');
  const sum = (of: 'slots' | 'in_flight') => living.reduce((total, worker) => total + worker[of], 0);
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    help,
    type: 'gauge',
    series: [{ labels: {}, value }],
  });
  return [
    {
      name: 'ringback_workers',
      help: 'Worker processes; silent ones have not been heard of for 15 seconds.',
      type: 'gauge',
      series: states.map((state) => ({
        labels: { state },
        value: workers.filter((worker) => worker.state === state).length,
      })),
    },
    gauge('ringback_worker_slots', 'Requests that living workers may have under way.', sum('slots')),
    gauge('ringback_requests_in_flight', 'Requests that living workers have under way.', sum('in_flight')),
    gauge(
      'ringback_egress_down_workers',
      'Living workers that can reach nothing that answered before: their own way out seems to be down.',
      living.filter(({ egress_down_since }) => egress_down_since !== null).length,
    ),
  ];
}
