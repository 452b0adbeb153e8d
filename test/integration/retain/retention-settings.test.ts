import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RevealedSecret, RotatedSecret, SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import type { EgressVerdict } from '#src/contract/project/egress-check.ts';
import type { RetentionPreview, RetentionView } from '#src/contract/project/retention.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { idDaysAgo, makeProjectRetention } from '#src/engine/retain/retain.ts';
import { retentionDefaults } from '#src/engine/retain/retention-settings.ts';
import { makeLog } from '#src/log.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import type { Db } from '#src/store/db/database.ts';
import { deleteOldJobs } from '#src/store/retention/project-retention.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let deps: ServerDeps;
let calls: ReturnType<typeof endpointCalls>;
let projectId = '';

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  deps = await makeServerDeps(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
  calls = endpointCalls(ringback);
  projectId = parseId('prj', ringback.credentials.projectId) ?? '';
});
afterAll(async () => {
  await deps.queue.stop();
  await deps.db.close();
  await ringback.close();
});

/** An ended job, so many days old, with one attempt and one delivery that has one try. */
async function oldJob(project: string, days: number, delivery = 'delivered'): Promise<string> {
  const at = new Date(Date.now() - days * 86_400_000 - 60_000);
  const id = uuidV7(
    at.getTime(),
    new Uint8Array(16).map(() => Math.random() * 256),
  );
  const deliveryId = uuidV7(
    at.getTime(),
    new Uint8Array(16).map(() => Math.random() * 256),
  );
  await ringback.db.pool.query(
    `insert into job (id, project_id, state, method, url, host, labels, max_attempts, attempt_count, created_at, ended_at)
     values ($1, $2, 'completed', 'GET', 'http://a.test/', 'a.test', '{}', 25, 1, $3, $3)`,
    [id, project, at],
  );
  await ringback.db.pool.query(
    `insert into delivery (id, project_id, job_id, event_id, type, terminal, receiver, url, payload, state, created_at, ended_at)
     values ($1, $2, $3, gen_random_uuid(), 'job.completed', true, 'url', 'http://b.test/', 'full', $4, $5,
             case when $4 = 'delivered' then $5::timestamptz end)`,
    [deliveryId, project, id, delivery, at],
  );
  for (const owner of [id, deliveryId])
    await ringback.db.pool.query(
      `insert into attempt (owner_id, n, id, started_at, ended_at, outcome, worker) values ($1, 1, gen_random_uuid(), $2, $2, 'response', 'w')`,
      [owner, at],
    );
  return id;
}

async function traces(id: string): Promise<string> {
  const { rows } = await ringback.db.pool.query<{ name: string }>(
    `select 'job' as name from job where id = $1
     union all select 'attempt' from attempt where owner_id = $1
     union all select 'delivery' from delivery where job_id = $1
     union all select 'try' from attempt a join delivery d on d.id = a.owner_id where d.job_id = $1`,
    [id],
  );
  return rows
    .map(({ name }) => name)
    .sort()
    .join(' ');
}

const read = <T>(path: string, input?: unknown) => calls.ask<T>(path, input, true);
const clear = () => makeProjectRetention(deps, retentionDefaults(30))();

describe('retention', () => {
  it('is as the server is configured until the project says otherwise, and again when it takes that back', async () => {
    const defaults = { resultTtlSeconds: 86_400, jobsDays: 30, attemptsDays: 30, deliveriesDays: 30 };
    expect(await read('settings.retention')).toEqual({ ...defaults, defaults, own: [] });
    const set = await calls.ask<RetentionView>('settings.setRetention', { jobsDays: 10, attemptsDays: 3 });
    expect(set).toMatchObject({ jobsDays: 10, attemptsDays: 3, deliveriesDays: 10, own: ['jobsDays', 'attemptsDays'] });
    const back = await calls.ask<RetentionView>('settings.setRetention', { jobsDays: null, attemptsDays: null });
    expect(back).toEqual({ ...defaults, defaults, own: [] });
  });

  it('refuses to keep attempts or deliveries longer than their jobs, naming the field', async () => {
    const { body } = await ringback.call('settings.setRetention', { jobsDays: 5, deliveriesDays: 6 });
    expect(body).toMatchObject({
      error: {
        message: 'deliveriesDays may be at most jobsDays (5): they go with their job',
        data: { code: 'invalid_input', field: 'deliveriesDays' },
      },
    });
  });

  it('clears each project by its own days, and never a job whose event is still to be delivered', async () => {
    const other = randomUUID();
    await ringback.db.pool.query(`insert into project (id, name, retain_jobs_days) values ($1, 'other', 2)`, [other]);
    await calls.ask('settings.setRetention', { jobsDays: 10, attemptsDays: 3, deliveriesDays: 5 });
    const [days1, days4, days6, days11, open11] = [
      await oldJob(projectId, 1),
      await oldJob(projectId, 4),
      await oldJob(projectId, 6),
      await oldJob(projectId, 11),
      await oldJob(projectId, 11, 'retrying'),
    ];
    const [others1, others4] = [await oldJob(other, 1), await oldJob(other, 4)];

    const preview = await read<RetentionPreview>('settings.previewRetention', {});
    const counts = Object.fromEntries(preview.of.map((line) => [line.what, [line.now.count, line.heldBack.count]]));
    expect(counts).toEqual({ results: [0, 0], jobs: [1, 1], attempts: [4, 0], deliveries: [2, 1] });

    await clear();
    expect(await traces(days1)).toBe('attempt delivery job try');
    expect(await traces(days4)).toBe('delivery job try');
    expect(await traces(days6)).toBe('job');
    expect(await traces(days11)).toBe('');
    expect(await traces(open11)).toBe('delivery job try');
    expect(await traces(others1)).toBe('attempt delivery job try');
    expect(await traces(others4)).toBe('');
    expect(await clear()).toBe(0);
    await calls.ask('settings.setRetention', { jobsDays: null, attemptsDays: null, deliveriesDays: null });
  });

  it('leaves a job alone whose delivery is sent again while it is being cleared', async () => {
    const id = await oldJob(projectId, 40);
    const resent: Db = {
      ...deps.db,
      transaction: (act) =>
        deps.db.transaction((tx) =>
          act({
            ...tx,
            run: async (name, text, values) => {
              // Committed after the job was looked at, and before it was locked.
              if (name === 'retain_hold')
                await ringback.db.pool.query(
                  `update delivery set state = 'pending', ended_at = null where job_id = $1`,
                  [id],
                );
              return tx.run(name, text, values);
            },
          }),
        ),
    };
    const old = { projectId, beforeId: idDaysAgo(Date.now(), 30), days: 30 };
    expect(await deleteOldJobs(resent, old, '00000000-0000-0000-0000-000000000000')).toMatchObject({ gone: 0 });
    expect(await traces(id)).toBe('attempt delivery job try');
    await ringback.db.pool.query(`delete from delivery where job_id = $1`, [id]);
    await clear();
  });

  it('keeps both of two changes that are made at once', async () => {
    await Promise.all([
      calls.ask('settings.setRetention', { jobsDays: 300 }),
      calls.ask('settings.setRetention', { resultTtlSeconds: 60 }),
      calls.ask('settings.setRetention', { attemptsDays: 20 }),
    ]);
    expect(await read('settings.retention')).toMatchObject({ jobsDays: 300, resultTtlSeconds: 60, attemptsDays: 20 });
    await calls.ask('settings.setRetention', { jobsDays: null, resultTtlSeconds: null, attemptsDays: null });
  });

  it('gives jobs that do not say how long to keep their result the time of the project', async () => {
    const ttl = async (input: object) => {
      const job = await calls.ask<SubmittedJob>('jobs.submit', {
        url: 'http://127.0.0.1:59999/',
        delaySeconds: 60,
        ...input,
      });
      const { rows } = await ringback.db.pool.query<{ options: { resultTtlSeconds: number } }>(
        'select options from job_request where job_id = $1',
        [parseId('job', job.id)],
      );
      return rows[0]?.options.resultTtlSeconds;
    };
    expect(await ttl({})).toBe(86_400);
    await calls.ask('settings.setRetention', { resultTtlSeconds: 600 });
    expect(await ttl({})).toBe(600);
    expect(await ttl({ resultTtlSeconds: 30 })).toBe(30);
    await calls.ask('settings.setRetention', { resultTtlSeconds: null });
    expect(await ttl({})).toBe(86_400);
  });
});

describe('the egress checker', () => {
  const check = (url: string) => read<EgressVerdict>('settings.checkEgress', { url });

  it('says what a job to the URL would be told, with the cure', async () => {
    expect(await check('http://10.1.2.3/x')).toMatchObject({
      allowed: false,
      code: 'blocked_target',
      reason:
        'http://10.1.2.3/ points at a private address (10.0.0.0/8). To allow it, set RINGBACK_EGRESS_ALLOW=10.1.2.3/32',
    });
    expect(await check('ftp://example.com/')).toMatchObject({ allowed: false, code: 'invalid_url' });
    const refused = await ringback.call<Job>('jobs.submit', { url: 'http://10.1.2.3/x' });
    expect(refused.body).toMatchObject({ error: { message: (await check('http://10.1.2.3/x')).reason } });
  });

  it('judges every address a name has, and says when it has none', async () => {
    expect(await check('http://no-such-name.example/')).toMatchObject({ allowed: false, code: 'dns_error' });
    // The test's own Ringback is allowed on loopback by its settings; the name is resolved for real.
    const verdict = await check('http://localhost:59999/');
    expect(verdict).toMatchObject({
      allowed: true,
      reason: 'The rules would refuse it; the allow list lets it through.',
    });
    expect(verdict.addresses).toContainEqual({ address: '127.0.0.1', allowed: true, reason: 'may be dialled' });
  });

  it('tells addresses to administrators alone', async () => {
    const key = await ringback.call<{ secret: string }>('apiKeys.create', { name: 'app', scopes: ['jobs:write'] });
    const options = { query: true, key: key.body.result.data.secret };
    const asked = await ringback.call<EgressVerdict>('settings.checkEgress', { url: 'http://localhost:1/' }, options);
    expect(asked.body.result.data).toMatchObject({ addresses: [] });
    expect((await check('http://localhost:1/')).addresses).not.toEqual([]);
  });

  it('shows what is allowed and where that is set', async () => {
    expect(await read('settings.egress')).toMatchObject({
      allowed: expect.arrayContaining([]),
      setting: 'RINGBACK_EGRESS_ALLOW',
    });
  });
});

describe('a signing secret', () => {
  it('can be revealed once more after its making, and is recognised by its end', async () => {
    const { id, secret } = await calls.make();
    const [info] = await calls.secretsOf(id);
    expect(info).toMatchObject({ revealable: true, hint: secret.replace(/=+$/, '').slice(-4) });
    const revealed = await calls.ask<RevealedSecret>('endpoints.revealSecret', { id, secretId: info?.id });
    expect(revealed).toEqual({ id: info?.id, secret });
    expect(await calls.secretsOf(id)).toMatchObject([{ revealable: false }]);
    const again = await ringback.call('endpoints.revealSecret', { id, secretId: info?.id });
    expect(again.body).toMatchObject({ error: { data: { code: 'not_revealable', httpStatus: 409 } } });
  });

  it('that could not be shown for want of a record can still be revealed, and then is recorded once', async () => {
    const { id, secret } = await calls.make();
    const [info] = await calls.secretsOf(id);
    const input = { id, secretId: info?.id };
    const { pool } = ringback.db;
    await pool.query('alter table audit_entry rename to audit_entry_was');
    try {
      const failed = await ringback.call('endpoints.revealSecret', input);
      expect(failed.status).toBe(500);
      expect(JSON.stringify(failed.body)).not.toContain(secret);
    } finally {
      await pool.query('alter table audit_entry_was rename to audit_entry');
    }
    expect(await calls.ask<RevealedSecret>('endpoints.revealSecret', input)).toEqual({ id: info?.id, secret });
    const sql = `select detail->>'secretId' as secret from audit_entry where action = 'endpoints.revealSecret' and target = $1`;
    expect((await pool.query(sql, [id])).rows).toEqual([{ secret: info?.id }]);
  });

  it('is revealed to one of many who ask at once', async () => {
    const { id } = await calls.make();
    const [info] = await calls.secretsOf(id);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ringback.call('endpoints.revealSecret', { id, secretId: info?.id })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('of an ed25519 pair is never revealed', async () => {
    const { id } = await calls.make({ signing: 'v1a' });
    const [info] = await calls.secretsOf(id);
    expect(info).toMatchObject({ revealable: false });
    const { body } = await ringback.call('endpoints.revealSecret', { id, secretId: info?.id });
    expect(body).toMatchObject({ error: { data: { code: 'not_revealable' } } });
  });

  it('that was replaced can be ended before its time; the newest cannot', async () => {
    const { id } = await calls.make();
    const rotated = await calls.ask<RotatedSecret>('endpoints.rotateSecret', { id });
    const [newest, old] = rotated.secrets;
    const refused = await ringback.call('endpoints.endSecret', { id, secretId: newest?.id });
    expect(refused.body).toMatchObject({ error: { data: { code: 'invalid_input', field: 'secretId' } } });
    await calls.ask('endpoints.endSecret', { id, secretId: old?.id });
    expect((await calls.secretsOf(id)).map((one: SecretInfo) => one.id)).toEqual([newest?.id]);
  });

  it('of the project itself is treated alike', async () => {
    const { secrets } = await read<{ secrets: SecretInfo[] }>('project.webhookSecrets');
    const secretId = secrets[0]?.id;
    const revealed = await calls.ask<RevealedSecret>('project.revealWebhookSecret', { secretId });
    expect(revealed.secret).toBe(ringback.credentials.webhookSecret);
    const { body } = await ringback.call('project.revealWebhookSecret', { secretId });
    expect(body).toMatchObject({ error: { data: { code: 'not_revealable' } } });
    expect(formatId('prj', projectId)).toBe(ringback.credentials.projectId);
  });
});
