import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timeline } from '#src/cli/demo/demo-timeline.ts';
import { isAlive } from '#src/cli/postgres/postgres-process.ts';
import { freePort } from '#test/support/free-port.ts';

const mainScript = resolve(import.meta.dirname, '../../../src/cli/main.ts');
const columns = 80;

type Demo = {
  /** Resolves when the output matches; rejects when the process ends without. */
  until(pattern: RegExp): Promise<void>;
  stdout(): string;
  stderr(): string;
  stop(): void;
  exited: Promise<number | null>;
};

let folder: string;
let child: ChildProcess | undefined;
let occupied: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-demo-'));
  // As root, PostgreSQL runs as another user, who has to get in.
  await chmod(folder, 0o755);
});

afterEach(async () => {
  occupied?.close();
  if (child && child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((done) => child?.once('close', done));
    child.kill('SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

function startDemo(settings: Record<string, string>): Demo {
  const { TEST_POSTGRES_URL: _, DATABASE_URL: __, FORCE_COLOR: ___, ...inherited } = process.env;
  const env = { ...inherited, RINGBACK_DATA_DIR: join(folder, 'data'), ...settings };
  const started = spawn(process.execPath, [mainScript, 'demo'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child = started;
  let [stdout, stderr] = ['', ''];
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  started.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<number | null>((done) => started.once('close', done));
  return {
    until: (pattern) =>
      new Promise((done, fail) => {
        const look = () => pattern.test(stdout) && done();
        const failWith = (what: string) => fail(new Error(`${what} ${pattern}:\n${stdout}\n${stderr}`));
        started.stdout.on('data', look);
        look();
        // What it said until then is the only trace of a demo that hangs.
        setTimeout(() => failWith('the demo did not say within 90 s'), 90_000).unref();
        void exited.then(() => failWith('the demo ended before it said'));
      }),
    stdout: () => stdout,
    stderr: () => stderr,
    stop: () => started.kill('SIGTERM'),
    exited,
  };
}

/** A port that has a listener. The system gives none of those after it to a connection, so a free one is close. */
async function occupyPort(): Promise<number> {
  const server = createServer();
  occupied = server;
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return port;
}

describe('ringback demo', { timeout: 120_000 }, () => {
  it('shows two jobs from submit to verified callback, stays up, and stops in order', async () => {
    const taken = await occupyPort();
    const demo = startDemo({ PORT: String(taken) });
    await demo.until(/signature verified/);
    await demo.until(/Press Ctrl-C/);

    const said = demo.stdout();
    const port = Number(/Port (\d+) is taken, so this one uses (\d+)\./.exec(said)?.[2]);
    expect(said).toContain(`Port ${taken} is taken`);
    expect(port).toBeGreaterThan(taken);
    const rows = said.split('\n').filter((line) => /^ +\d+\.\d s {2}/.test(line));
    expect(rows.filter((row) => row.includes(' chat ')).map((row) => row.slice(10))).toEqual([
      expect.stringMatching(/^chat {4}submitted {2}job_\w{26}$/),
      expect.stringMatching(/^chat {4}attempt 1 {2}429 {2}rule 429: again in [\d.]+ m?s \(x-ratelimit-reset\)$/),
      expect.stringMatching(/^chat {4}attempt 2 {2}503 {2}rule 503: again in [\d.]+ s \(backoff\)$/),
      expect.stringMatching(/^chat {4}attempt 3 {2}200 {2}accepted$/),
      expect.stringMatching(/^chat {4}callback {3}rang job\.completed, signature verified$/),
    ]);
    expect(rows.filter((row) => row.includes(' report ')).map((row) => row.slice(10))).toEqual([
      expect.stringMatching(/^report {2}submitted {2}job_\w{26}$/),
      expect.stringMatching(/^report {2}attempt 1 {2}200 {2}accepted$/),
      expect.stringMatching(/^report {2}callback {3}rang job\.completed, signature verified$/),
    ]);
    // On a slow machine a call itself is long enough to be drawn.
    expect(said).toMatch(/^ {2}chat +=*429\.+=*503\.+=*200\.*>$/m);
    expect(said).toMatch(/^ {2}report +=+200\.*>$/m);
    expect(said).not.toContain('\u001b');
    const greetingAt = said.indexOf('Ringback is');
    const tooLong = said
      .slice(0, greetingAt)
      .split('\n')
      .filter((line) => line.length > columns);
    expect(tooLong).toEqual([]);

    const credentials = JSON.parse(await readFile(join(folder, 'data/credentials.json'), 'utf8'));
    expect(credentials.url).toBe(`http://localhost:${port}`);
    expect(said).toContain(credentials.dashboard.email);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/jobs`, {
      headers: { authorization: `Bearer ${credentials.apiKey}` },
    });
    const { jobs } = (await answer.json()) as { jobs: { state: string }[] };
    expect(jobs.map(({ state }) => state)).toEqual(['completed', 'completed']);

    const postmaster = Number(
      (await readFile(join(folder, 'data/postgres/data/postmaster.pid'), 'utf8')).split('\n')[0],
    );
    expect(isAlive(postmaster)).toBe(true);
    demo.stop();
    expect(await demo.exited).toBe(0);
    expect(demo.stdout()).toMatch(/Stopped\.\n$/);
    expect(demo.stderr()).toBe('');
    expect(isAlive(postmaster)).toBe(false);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it('stops in order in the middle of a job too, and tells nothing more', async () => {
    const demo = startDemo({ PORT: '0' });
    await demo.until(/chat +attempt 1/);
    demo.stop();
    expect(await demo.exited).toBe(0);
    expect(demo.stdout()).toMatch(/\n\n {2}Stopping \.\.\.\n {2}Stopped\.\n$/);
    expect(demo.stderr()).toBe('');
  });

  it('says in one sentence what is wrong, and exits with 1', async () => {
    const demo = startDemo({ RINGBACK_HOST: '203.0.113.7', PORT: '0' });
    expect(await demo.exited).toBe(1);
    expect(demo.stderr()).toBe(
      '203.0.113.7 is no address of this machine. Set RINGBACK_HOST to one, or to 0.0.0.0 for all.\n',
    );
  });
});

describe('the time line', () => {
  it('draws requests, waits and callbacks to scale, and all lanes to one scale', () => {
    const instant = (startMs: number, label: string) => ({ startMs, endMs: startMs, label });
    const lines = timeline([
      { call: 'quick', attempts: [instant(0, '429'), instant(3_000, '200')], callbackMs: 6_000 },
      { call: 'slow', attempts: [{ startMs: 0, endMs: 5_900, label: 'timeout' }], callbackMs: 6_100 },
    ]);
    const [axis = '', quick = '', slow = ''] = lines.map((line) => line.slice(8));
    expect(axis).toMatch(/^0 s +6\.1 s$/);
    expect(axis).toHaveLength(62);
    expect(quick).toMatch(/^429\.{27}200\.+>$/);
    expect(slow).toMatch(/^=+timeout\.+>$/);
    expect(slow).toHaveLength(62);
    expect(quick.length).toBe(61);
  });

  it('keeps attempts readable that lie closer together than their labels', () => {
    const close = [1, 2, 3].map((n) => ({ startMs: n, endMs: n + 1, label: '503' }));
    const [, lane = ''] = timeline([{ call: 'chat', attempts: close, callbackMs: 10_000 }]);
    expect(lane).toMatch(/^chat {4}503503503\.+>$/);
  });
});
