import { exec } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readConfig, requireServerConfig } from '#src/config.ts';
import { formatId } from '#src/domain/text/id.ts';
import { makeLog } from '#src/log.ts';
import { type CredentialsFile, firstStart } from '#src/server/sign-in/first-start.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { freePort } from '#test/support/free-port.ts';
import { endWorkerProcesses, startWebProcess, startWorkerProcess } from '#test/support/processes.ts';
import { keepProcess } from './kept-process.ts';
import { callbackSchedule } from './submitting.ts';
import { makeUndo, undoWhenTold } from './undo.ts';

/**
 * Measures what a failover of the database costs, on a cluster that is there already:
 * `node test/soak/failover.ts postgres://… --break 'kill -9 …' [--seconds 90] [--times 1]`. The address must lead to whichever server
 * is the primary. One web process and two workers take jobs all the time; after a third of the seconds the command is run. It prints how
 * long no job was accepted and no callback came, and exits with 1 if an accepted job is lost or told twice.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    break: { type: 'string' },
    seconds: { type: 'string', default: '90' },
    times: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '8' },
  },
});
const [databaseUrl] = positionals;
const command = values.break;
if (databaseUrl === undefined || command === undefined) {
  console.error(
    "Use: node test/soak/failover.ts DATABASE_URL --break 'COMMAND' [--seconds 90] [--times 1] [--lanes 8]",
  );
  process.exit(2);
}

/** Ids of the events of ends, by job. */
const told = new Map<string, Set<string>>();
let callbackTimes: number[] = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === '/hook') {
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { id: string } };
    told.set(data.id, (told.get(data.id) ?? new Set()).add(String(request.headers['webhook-id'])));
    callbackTimes.push(performance.now());
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const undo = makeUndo();
undoWhenTold(undo);
const dataDir = await mkdtemp(join(tmpdir(), 'ringback-failover-'));
undo.add(() => rm(dataDir, { recursive: true, force: true }));
const port = await freePort();
await migrate(databaseUrl);
const config = requireServerConfig(
  readConfig({
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    RINGBACK_DATA_DIR: dataDir,
    RINGBACK_DEV: 'true',
    RINGBACK_ENCRYPTION_KEYS: `failover:${randomBytes(32).toString('base64')}`,
    RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
  }),
);
await firstStart(config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
const { apiKey } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as CredentialsFile;
const keep = (name: string, start: Parameters<typeof keepProcess>[0]['start']) =>
  keepProcess({ name, start, onOutput: () => {}, onUnasked: (what) => console.log(what) });
const processes = [
  keep('web', () => startWebProcess({ config }, port, { pace: 'production' })),
  ...[1, 2].map((n) => keep(`worker ${n}`, () => startWorkerProcess({ config }, {}, { pace: 'production' }))),
];
undo.add(endWorkerProcesses);
undo.add(async () => {
  for (const one of processes) one.giveUp();
});
while (processes.some(({ current }) => current === undefined)) await pause(100);

let failed = false;
for (let time = 1; time <= Number(values.times); time++) failed = (await measure(time)) || failed;
await Promise.all(processes.map((one) => one.stop()));
server.close();
await undo.run();
process.exit(failed ? 1 : 0);

/** Breaks the cluster once under load. Returns whether something was lost or told twice. */
async function measure(time: number): Promise<boolean> {
  const accepted: { id: string; at: number }[] = [];
  const refused = new Map<string, number>();
  callbackTimes = [];
  let on = true;
  const lane = async () => {
    while (on) {
      const answer = await submit();
      if ('id' in answer) accepted.push(answer);
      else refused.set(answer.why, (refused.get(answer.why) ?? 0) + 1);
    }
  };
  const lanes = Promise.all(Array.from({ length: Number(values.lanes) }, lane));
  const seconds = Number(values.seconds);
  await pause((seconds / 3) * 1_000);
  const brokenAt = performance.now();
  exec(command as string, (error) => error && console.log(`the command failed: ${error.message}`));
  await pause((seconds / 1.5) * 1_000);
  on = false;
  await lanes;
  const endedAt = performance.now();
  const missing = () => accepted.filter(({ id }) => !told.has(id));
  while (missing().length > 0 && performance.now() - endedAt < 180_000) await pause(200);
  const lost = await notStored(accepted.map(({ id }) => id));
  const twice = accepted.filter(({ id }) => (told.get(id)?.size ?? 0) > 1);
  const row = (name: string, value: number | string) => console.log(`${String(value).padStart(9)}  ${name}`);
  console.log(`\nFailover ${time}`);
  row('jobs accepted', accepted.length);
  row(
    'seconds without an accepted job',
    longestGap(
      accepted.map(({ at }) => at),
      brokenAt,
    ),
  );
  row('seconds without a callback', longestGap(callbackTimes, brokenAt));
  row(
    `calls that were refused or broke (${[...refused.keys()].join(', ')})`,
    [...refused.values()].reduce((a, b) => a + b, 0),
  );
  row('seconds from the last submission until all was told', ((performance.now() - endedAt) / 1_000).toFixed(1));
  row('accepted jobs that are not stored', lost.length);
  row('accepted jobs of whose end nobody was told', missing().length);
  row('jobs told of under two ids', twice.length);
  return lost.length + missing().length + twice.length > 0;
}

async function submit(): Promise<{ id: string; at: number } | { why: string }> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        url: `${here}/target`,
        callback: { url: `${here}/hook`, retry: { scheduleSeconds: callbackSchedule } },
      }),
    });
    const body = (await response.json()) as { id: string; code: string };
    if (response.status === 202) return { id: body.id, at: performance.now() };
    return await later(`${response.status} ${body.code}`);
  } catch {
    return later('no answer');
  }
}

async function later(why: string): Promise<{ why: string }> {
  await pause(200);
  return { why };
}

/** Returns the longest time after `from` between two of the times, in seconds. */
function longestGap(times: number[], from: number): string {
  const after = [from, ...times.filter((at) => at > from).sort((a, b) => a - b)];
  return (Math.max(...after.map((at, index) => (after[index + 1] ?? at) - at)) / 1_000).toFixed(1);
}

/** Returns those of the jobs that the database does not have. */
async function notStored(ids: string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string }>('select id from job');
  await client.end();
  const stored = new Set(rows.map(({ id }) => formatId('job', id)));
  return ids.filter((id) => !stored.has(id));
}
