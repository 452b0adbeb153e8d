import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchAlerts } from '#src/engine/alert/watch-alerts.ts';
import { makeLog } from '#src/log.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { renewSeals } from '#src/server/sign-in/first-start.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import { holdAlertProject, takeAlertProjects } from '#src/store/alert/due-alert-projects.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { openAlertReceiver } from '#src/store/seal/sealed-parts.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { testPace } from '#test/support/test-pace.ts';

let ringback: TestRingback;
let watchers: ServerDeps[];
beforeAll(async () => {
  // The processes of this Ringback look so seldom that only the watchers of this test do.
  ringback = await startRingback({ worker: false, pace: { alertMs: 3_600_000 } });
  watchers = await Promise.all([1, 2, 3, 4].map(makeWatcher));
});
afterAll(async () => {
  for (const deps of watchers) await close(deps);
  await ringback.close();
});

/** Makes the parts of a process that looks at alerts when it is told to. */
function makeWatcher(): Promise<ServerDeps> {
  const log = makeLog(ringback.config, { write: () => undefined });
  return makeServerDeps(ringback.config, log, { ...testPace, alertMs: 0 });
}

async function close({ db, queue }: ServerDeps): Promise<void> {
  await queue.stop();
  await db.close();
}

const told = async () => {
  const sql = `select type from delivery where type like 'alert.%' order by created_at, id`;
  return (await ringback.db.pool.query<{ type: string }>(sql)).rows.map(({ type }) => type);
};

it('many processes that look at the same time tell of an alert once, and of its end once', async () => {
  await ringback.call('alerts.set', {
    slackUrl: 'http://127.0.0.1:59999/x',
    rules: { no_workers: { afterSeconds: 0 } },
  });
  for (let round = 0; round < 5; round += 1) await Promise.all(watchers.map((deps) => watchAlerts(deps)));
  expect(await told()).toEqual(['alert.raised']);
  // A worker that is alive ends the alert; it does not claim anything.
  await ringback.db.pool.query(
    `insert into worker (id, name, slots, started_at, heartbeat_at) values (gen_random_uuid(), 'here', 1, now(), now() + interval '1 hour')`,
  );
  // So does a process that has started since: what was told is in the database.
  const fresh = await makeWatcher();
  const all = [...watchers, fresh];
  for (let round = 0; round < 5; round += 1) await Promise.all(all.map((deps) => watchAlerts(deps)));
  await close(fresh);
  expect(await told()).toEqual(['alert.raised', 'alert.cleared']);
});

it('a process that was slow finds that another one has looked since, and tells nothing', async () => {
  const [deps] = watchers;
  if (!deps) throw new Error('there is no watcher');
  const [first] = await deps.db.transaction((tx) => takeAlertProjects(tx, 0, 1));
  if (!first) throw new Error('no project was taken');
  expect(await deps.db.transaction((tx) => holdAlertProject(tx, first))).toBe(true);
  await expect
    .poll(async () => (await deps.db.transaction((tx) => takeAlertProjects(tx, 0, 1)))[0]?.looked_at.getTime())
    .toBeGreaterThan(first.looked_at.getTime());
  expect(await deps.db.transaction((tx) => holdAlertProject(tx, first))).toBe(false);
});

it('a start with a new encryption key seals the webhook with it', async () => {
  await ringback.call('alerts.set', { slackUrl: 'http://127.0.0.1:59999/hidden' });
  const newKey = { id: 'newer', key: randomBytes(32) };
  await renewSeals({ ...ringback.config, encryptionKeys: [newKey, ...ringback.config.encryptionKeys] });
  const { rows } = await ringback.db.pool.query<{ project_id: string; slack_sealed: Buffer }>(
    'select project_id, slack_sealed from alert_settings where slack_sealed is not null',
  );
  expect(rows).toHaveLength(1);
  for (const { project_id, slack_sealed } of rows)
    expect(openAlertReceiver(makeCipher([newKey]), project_id, slack_sealed)).toBe('http://127.0.0.1:59999/hidden');
  await renewSeals({ ...ringback.config, encryptionKeys: [...ringback.config.encryptionKeys, newKey] });
});
