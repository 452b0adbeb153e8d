import { expect, it, onTestFinished } from 'vitest';
import { formatId } from '#src/domain/text/id.ts';
import { metrics } from '#src/engine/stats/metrics.ts';
import { overview } from '#src/engine/stats/overview.ts';
import { pauseLineOf } from '#src/store/line/pause-rows.ts';
import { readGauges } from '#src/store/stats/backlog.ts';
import { startRingback } from '#test/support/ringback.ts';
import { testPace } from '#test/support/test-pace.ts';
import { addProject } from './stats-project.ts';

/** Which job is the oldest, by how long it has waited. */
const whose = (seconds = 0) => (seconds === 0 ? 'none' : seconds < 1_800 ? 'free' : 'held');

const setting = async () => {
  const ringback = await startRingback({ worker: false });
  onTestFinished(() => ringback.close());
  const { id: projectId, key } = await addProject(ringback);
  const ask = async (path: string, input: object) => {
    const { body } = await ringback.call<{ id: string }>(path, input, { key });
    expect(body.error).toBeUndefined();
    return body.result.data;
  };
  const labelled = (labels = '') => `{project="${formatId('prj', projectId)}"${labels}}`;
  return {
    ...{ ringback, ask },
    /** Makes a job that is due since as many seconds. */
    async due(url: string, seconds: number) {
      const { id } = await ask('jobs.submit', { url, labels: [`since-${seconds}`] });
      await ringback.db.query(
        `update job set next_attempt_at = now() - $2 * interval '1 s' where project_id = $1 and labels = array[$3]`,
        [projectId, seconds, `since-${seconds}`],
      );
      return id;
    },
    /** Puts all jobs of a host into the line of its pause, as workers do once they are due. */
    join: (host: string) =>
      ringback.db.query('update job set line_id = $1 where project_id = $2 and host = $3', [
        pauseLineOf({ projectId, key: host }).id,
        projectId,
        host,
      ]),
    /** Adds as many jobs beside one, each due a minute before the one after it. */
    multiply: (host: string, count: number) =>
      ringback.db.query(
        `insert into job select (jsonb_populate_record(j, jsonb_build_object(
           'id', gen_random_uuid(), 'next_attempt_at', j.next_attempt_at - n * interval '1 minute'))).*
         from job j, generate_series(1, $3) as n where j.project_id = $1 and j.host = $2`,
        [projectId, host, count],
      ),
    async read() {
      const all = (await metrics({ db: ringback.db, pace: testPace })).flatMap(({ name, series }) =>
        series.map(({ labels, value }) => [
          `${name}{${Object.entries(labels)
            .map(([label, text]) => `${label}="${text}"`)
            .join(',')}}`,
          value,
        ]),
      );
      const of = new Map(all as [string, number][]);
      const charts = (await ringback.db.transaction((tx) => readGauges(tx))).find(
        (one) => one.project_id === projectId,
      );
      const { backlog } = await overview({ db: ringback.db, pace: testPace }, projectId, { range: '1h' });
      return {
        queued: of.get(`ringback_jobs${labelled(',state="queued"')}`),
        paused: of.get(`ringback_jobs${labelled(',state="paused"')}`),
        oldest: whose(of.get(`ringback_oldest_queued_job_seconds${labelled()}`)),
        chart: [charts?.queued ?? 0, whose((charts?.oldest_ms ?? 0) / 1_000)],
        overview: [backlog.queued, backlog.due, backlog.paused].map(({ count }) => count),
        oldestJob: backlog.oldestQueuedJobId,
      };
    },
  };
};

it('what a pause holds is not a backlog of the workers: of a host, and of the whole project', async () => {
  const { ask, due, join, read } = await setting();
  const held = await due('http://held.example.com/', 3_600);
  const free = await due('http://free.example.com/', 60);
  expect(await read()).toMatchObject({ queued: 2, paused: 0, oldest: 'held', oldestJob: held });
  await ask('pauses.begin', { host: 'held.example.com' });
  await join('held.example.com');
  expect(await read()).toEqual({
    ...{ queued: 1, paused: 1, oldest: 'free', chart: [1, 'free'] },
    ...{ overview: [2, 1, 1], oldestJob: free },
  });
  await ask('pauses.begin', {});
  expect(await read()).toEqual({
    ...{ queued: 0, paused: 2, oldest: 'none', chart: [0, 'none'], overview: [2, 0, 2], oldestJob: null },
  });
  await ask('pauses.end', {});
  await ask('pauses.end', { host: 'held.example.com' });
  expect(await read()).toMatchObject({ queued: 2, paused: 0, oldest: 'held', chart: [2, 'held'] });
});

it('what waits for workers is seen behind more paused jobs than are counted', async () => {
  const { ask, due, join, multiply, read } = await setting();
  await due('http://held.example.com/', 3_600);
  await multiply('held.example.com', 10_100);
  await ask('pauses.begin', { host: 'held.example.com' });
  await join('held.example.com');
  expect(await read()).toMatchObject({ queued: 0, paused: 10_001, oldest: 'none' });
  await due('http://free.example.com/', 60);
  expect(await read()).toMatchObject({ queued: 1, paused: 10_001, oldest: 'free', chart: [1, 'free'] });
});
