import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let target: GatedTarget;

beforeAll(async () => {
  [server, target] = await Promise.all([startRingback(), startGatedTarget()]);
});
afterAll(async () => {
  await server.close();
  await target.close();
});

type Run = { child: ChildProcess; output(): string; ended: Promise<unknown> };

function startRun(id: string): Run {
  const child = spawn(process.execPath, ['test/support/run-script.ts'], {
    env: {
      ...process.env,
      RUN_ID: id,
      TARGET: target.url,
      RINGBACK_URL: server.url,
      RINGBACK_API_KEY: server.credentials.apiKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, output: () => output, ended: once(child, 'close') };
}

/** Starts the run over until it comes to its end, and kills it at each new request that the target gets. */
async function killOften(id: string): Promise<{ kills: number; output: string }> {
  for (let kills = 0; ; kills++) {
    expect(kills, 'the run makes new requests again and again').toBeLessThan(12);
    const before = target.total();
    const run = startRun(id);
    await expect
      .poll(() => target.total() > before || run.output() !== '', { timeout: 30_000, interval: 5 })
      .toBe(true);
    if (run.output() !== '') return { kills, output: run.output() };
    run.child.kill('SIGKILL');
    await run.ended;
    // What was asked for is answered while nobody is there. The next request is not.
    target.open();
    target.shut();
  }
}

it('a process killed at each of its requests goes on where it was: none is sent twice', async () => {
  const id = randomUUID();
  const { kills, output } = await killOften(id);
  expect(kills).toBeGreaterThanOrEqual(4);
  const once = { '/one': 1, '/same': 2, '/next': 1, '/report': 1, '/last': 1 };
  expect(Object.fromEntries(target.hits)).toEqual(once);
  const [one, same, sameAgain, next, report, status] = JSON.parse(output) as unknown[];
  expect([one, next, report, status]).toEqual(['{"hit":1}', '{"hit":1}', { hit: 1 }, 200]);
  expect([same, sameAgain].sort()).toEqual(['{"hit":1}', '{"hit":2}']);

  // A run that had come to its end and starts over gets the same, in the same order.
  const again = startRun(id);
  await again.ended;
  expect(again.output()).toBe(output);
  expect(Object.fromEntries(target.hits)).toEqual(once);
}, 240_000);
