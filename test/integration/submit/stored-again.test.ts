import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { makeLog } from '#src/log.ts';
import { runWeb } from '#src/server/web-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { startPostgresProxy } from '#test/support/postgres-proxy.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
});
afterAll(() => Promise.all([ringback.close(), target.close()]));

it('a submission that is stored again after its job has ended brings none of its secrets back', async () => {
  const proxy = await startPostgresProxy(ringback.databaseUrl);
  const port = await freePort();
  const config = { ...ringback.config, databaseUrl: proxy.url, port, url: `http://localhost:${port}` };
  const web = await runWeb(config, makeLog(config, { write: () => undefined }), { dashboard: false });
  onTestFinished(async () => {
    proxy.resume();
    await web.stop();
    await proxy.close();
  });
  // The commit is done, its answer is lost, and the process cannot ask again until the job has ended.
  const lost = proxy.loseCommitAfter('insert_jobs').then(() => proxy.cut());
  const label = randomUUID();
  const headers = { authorization: 'Bearer of the target', 'content-type': 'text/plain' };
  const submitting = fetch(`${config.url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${target.url}/json`, method: 'POST', labels: [label], headers, body: 'a body' }),
  });
  await lost;
  const kept = () =>
    ringback.db.query(
      `select state, (select count(*)::int from job_secret s where s.job_id = j.id) as secrets,
         (select count(*)::int from job_body b where b.job_id = j.id) as bodies
       from job j where labels @> array[$1]`,
      [label],
    );
  await expect.poll(kept).toMatchObject([{ state: 'completed', secrets: 0 }]);
  const before = await kept();
  proxy.resume();
  expect((await submitting).ok).toBe(true);
  expect(await kept()).toEqual(before);
});
