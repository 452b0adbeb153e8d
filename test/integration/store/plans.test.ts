import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteOldAlertMails, takeAlertMail } from '#src/store/alert/alert-mail-rows.ts';
import { findAlertStates, replaceAlertStates } from '#src/store/alert/alert-state-rows.ts';
import { holdAlertProject, takeAlertProjects } from '#src/store/alert/due-alert-projects.ts';
import { markWatched } from '#src/store/dashboard/watched.ts';
import { type Db, makeDb, type Tx } from '#src/store/db/database.ts';
import { claimDeliveries } from '#src/store/delivery/claim-deliveries.ts';
import { findGated } from '#src/store/delivery/gate-rows.ts';
import { lockOldestWaiting } from '#src/store/delivery/hurry-delivery.ts';
import { lockClaimedDeliveries } from '#src/store/delivery/update-deliveries.ts';
import { lockWaiting, type WaitingPlace } from '#src/store/delivery/waiting-rows.ts';
import { admitDue, admitLost } from '#src/store/job/admission.ts';
import { claimJobs } from '#src/store/job/claim-jobs.ts';
import { findTrace } from '#src/store/job/find-trace.ts';
import { lockOverdueJobs } from '#src/store/job/overdue-jobs.ts';
import { findDeliveries } from '#src/store/job/read-attempts.ts';
import { findStates, loadJobs, loadJobsForEvents } from '#src/store/job/read-jobs.ts';
import { lockClaimedJobs, updateJobs } from '#src/store/job/update-jobs.ts';
import { readBacklog, readEndpointBacklogs, readGauges } from '#src/store/stats/backlog.ts';
import { findCertificatesOf } from '#src/store/stats/find-certificates.ts';
import { readRecentCounts } from '#src/store/stats/recent-counts.ts';
import {
  lastReadingAt,
  loadStatBuckets,
  readEndpointStats,
  readGaugesAgo,
  readProjectStats,
} from '#src/store/stats/stat-rows.ts';
import { findTroubledEndpoints } from '#src/store/stats/troubled-endpoints.ts';
import { findWaitingOrigins } from '#src/store/stats/waiting-origins.ts';
import { findLostClaims } from '#src/store/worker/lost-claims.ts';
import { findDeadWorkers } from '#src/store/worker/workers.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { plansOf } from '#test/support/plans.ts';

const count = 50_000;
const project = '00000000-0000-7000-8000-000000000001';

let database: TestDatabase;
let db: Db;
let ids: string[];

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'plans', queryTimeoutMs: 60_000 });
  await db.pool.query(`
    insert into project (id, name) values ('${project}', 'plans');
    insert into job (id, project_id, state, method, url, host, labels, max_attempts, created_at, ended_at, status,
                     next_attempt_at, admitted_at)
    select (lpad(to_hex((extract(epoch from now() - n * interval '1 min') * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid, '${project}',
           case when n % 100 = 0 then 'queued' when n % 50 = 1 then 'failed' else 'completed' end, 'GET',
           'http://host-' || n % 200 || '.test/path/' || n, 'host-' || n % 200 || '.test',
           case when n % 40 = 0 then array['label-' || n % 400] else '{}' end, 25, now() - n * interval '1 min',
           case when n % 100 <> 0 then now() end, case when n % 50 = 1 then 500 else 200 end,
           case when n % 100 = 0 then now() end, case when n % 200 = 0 then now() end
    from generate_series(1, ${count}) as n;
    insert into job_request (job_id, headers, options) select id, '[]', '{}' from job;
    insert into result (job_id, status, headers, body, truncated, expires_at)
    select id, 200, '[]', 'text', false, now() from job where state = 'completed';
    insert into delivery (id, project_id, job_id, event_id, type, terminal, receiver, url, payload, state, ended_at)
    select id, project_id, id, id, 'job.completed', true, 'url', url, 'full', 'delivered', now() from job where state <> 'queued';
  `);
  await db.pool.query(`
    insert into stat_bucket (scope_id, step, at, counts)
    select case when n % 20 = 0 then '${project}' else gen_random_uuid() end, 60, now() - n * interval '1 min', '{}'
    from generate_series(1, ${count}) as n;
    insert into alert_mail (id, project_id, recipients, subject, text, next_at)
    select gen_random_uuid(), '${project}', '{}', 'x', 'x', now() + n * interval '1 min' from generate_series(1, ${count}) as n;
    insert into project (id, name) select ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, 'p' from generate_series(1, 2000) as n;
    insert into alert_state (project_id, kind, subject, alert, since)
    select id, 'endpoint_disabled', k::text, '{}', now() from project, generate_series(1, 10) as k;
    analyze`);
  const { rows } = await db.pool.query<{ id: string }>(`select id from job where state = 'queued' order by id`);
  ids = rows.map(({ id }) => id);
}, 120_000);
afterAll(async () => {
  await db.close();
  await database.drop();
});

const bigTables = /Seq Scan on (job|job_request|delivery|result|attempt|stat_bucket|alert_mail|alert_state)\b/;
const alertState = {
  ...{ kind: 'no_workers', subject: '', alert: { kind: 'no_workers' }, since: new Date() },
  ...{ raised_at: null, told_at: null, gone_at: null, cleared_at: null },
};
const claim = { claimId: randomUUID(), workerId: randomUUID() };
const some = (n: number) => ids.slice(0, n);
const claims = (n: number) => some(n).map((id) => ({ id, claimId: randomUUID() }));
const silence = { judgeSilence: true, silentAfterSeconds: 15 };
const update = (id: string) => ({
  ...{
    id,
    state: 'completed' as const,
    interruptionCount: 0,
    retries: null,
    recent: '',
    status: 200,
    error: null,
    failure: null,
  },
  ...{ endedAt: new Date(), resultExpiresAt: null, delayMs: null, admitted: false },
});

const hour = { projectId: project, step: 60, fromMs: Date.now() - 3_600_000, toMs: Date.now() };

const waitingOf = (after: WaitingPlace | null) => ({ projectId: project, endpointId: project, after, limit: 1_000 });

describe('on 50,000 jobs', () => {
  const statements: [what: string, act: (tx: Tx) => Promise<unknown>][] = [
    ['claiming 128 jobs', (tx) => claimJobs(tx, some(128), claim)],
    ['claiming one', (tx) => claimJobs(tx, some(1), claim)],
    ['claiming 128 deliveries', (tx) => claimDeliveries(tx, some(128), claim)],
    ['locking 500 for settling', (tx) => lockClaimedJobs(tx, claims(500))],
    ['locking one for settling', (tx) => lockClaimedJobs(tx, claims(1))],
    ['locking 500 deliveries', (tx) => lockClaimedDeliveries(tx, claims(500))],
    ['finding the oldest that waits for an endpoint', (tx) => lockOldestWaiting(tx, project, project)],
    ['locking what waits for an endpoint', (tx) => lockWaiting(tx, waitingOf(null), [])],
    [
      'locking what waits after a place',
      (tx) => lockWaiting(tx, waitingOf({ id: project, created_at: new Date() }), []),
    ],
    ['settling 500', (tx) => updateJobs(tx, some(500).map(update))],
    ['settling one', (tx) => updateJobs(tx, some(1).map(update))],
    ['admitting what is due', (tx) => admitDue(tx, 'fetch', 10_000, 1_000)],
    ['admitting what was lost', (tx) => admitLost(tx, 'fetch', 15, 1_000)],
    ['finding workers whose claims are to be taken', (tx) => findDeadWorkers(tx as unknown as Db, silence)],
    ['finding lost claims', (tx) => findLostClaims(tx as unknown as Db, some(128), randomUUID())],
    ['finding what is overdue', (tx) => lockOverdueJobs(tx, 500)],
    ['loading 20 with all they have', (tx) => loadJobs(tx, some(20))],
    ['finding the trace of a job', (tx) => findTrace(tx, some(1)[0] ?? '')],
    ['loading 20 to tell of', (tx) => loadJobsForEvents(tx, some(20), 1_000)],
    ['counting what waits', (tx) => readBacklog(tx as unknown as Db, project)],
    ['sampling what waits everywhere', readGauges],
    ['counting what waits for an endpoint', (tx) => readEndpointBacklogs(tx as unknown as Db, project, some(3))],
    ['adding up an hour', (tx) => readProjectStats(tx as unknown as Db, { ...hour, hostsFromMs: Date.now() })],
    [
      'adding up an hour of an endpoint',
      (tx) => readEndpointStats(tx as unknown as Db, { ...hour, endpointId: project }),
    ],
    ['counting the last minutes', (tx) => readRecentCounts(tx as unknown as Db, project, 10)],
    ['finding endpoints in trouble', (tx) => findTroubledEndpoints(tx as unknown as Db, project, 20)],
    ['finding certificates', (tx) => findCertificatesOf(tx as unknown as Db, project)],
    ['finding URLs that wait', (tx) => findWaitingOrigins(tx as unknown as Db, project, 20)],
    ['comparing with five minutes ago', (tx) => readGaugesAgo(tx as unknown as Db, project, 5)],
    ['finding the last reading', (tx) => lastReadingAt(tx as unknown as Db)],
    [
      'folding',
      (tx) =>
        loadStatBuckets(
          tx,
          some(100).map((scopeId) => ({ scopeId, step: 60, atMs: 0 })),
        ),
    ],
    [
      'looking how all that browsers watch stands',
      (tx) =>
        markWatched(tx, {
          jobs: some(50).map((id) => ({ id, projectId: project })),
          ...{ runs: some(50).map((id) => ({ id, projectId: project })), runLists: [project] },
          ...{ jobLists: [project], deliveryLists: [project], endpointLists: [project], operationLists: [project] },
        }),
    ],
    ['letting 128 through to endpoints', (tx) => findGated(tx, some(128), ['job.started'])],
    ["finding a job's deliveries", (tx) => findDeliveries(tx as unknown as Db, ids[0] as string)],
    ['taking projects to look at their alerts', (tx) => takeAlertProjects(tx, 15_000, 20)],
    ['holding one of them', (tx) => holdAlertProject(tx, { project_id: project, looked_at: new Date() })],
    ['finding its alerts', (tx) => findAlertStates(tx, project)],
    ['replacing them', (tx) => replaceAlertStates(tx, project, [alertState])],
    ['taking an e-mail', (tx) => takeAlertMail(tx as unknown as Db, 180)],
    ['deleting e-mails that nobody sends', (tx) => deleteOldAlertMails(tx as unknown as Db)],
    ['watching 200', (tx) => findStates(tx as unknown as Db, some(200))],
  ];

  it.each(statements)('%s reads no table from end to end', async (_what, act) => {
    for (const plan of await plansOf(db, act)) expect(plan).not.toMatch(bigTables);
  });
});
