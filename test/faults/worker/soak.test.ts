import { expect, it } from 'vitest';
import { runSoak } from '#test/soak/soak.ts';

/** `npm run soak` takes other seeds, and the processes of production. */
const seed = 20_261_129;

it('every part broken once under load: nothing is lost, stuck or doubled, and what each side saw agrees', async () => {
  const { findings, injected, ...report } = await runSoak({
    seed,
    seconds: 25,
    leastAccepted: 100,
    pace: 'test',
    faultEveryMs: 1_700,
    awaySeconds: 5,
    lanes: 5,
    pauseMs: 150,
    quietSeconds: 120,
    say: () => {},
  });
  const found = Object.fromEntries(Object.entries(findings).filter(([, places]) => places.length > 0));
  expect(found, JSON.stringify({ seed, injected, ...report })).toEqual({});
  // What is zero because nothing happened would show nothing.
  expect(Object.entries(injected).filter(([, count]) => count === 0)).toEqual([]);
  expect(report.accepted).toBeGreaterThanOrEqual(100);
  expect(report.confirmed).toBeGreaterThan(20);
  const { streams, runs, responses, operations } = report;
  expect(Math.min(streams, runs, responses, operations)).toBeGreaterThan(0);
  expect(report.fenced).toBeGreaterThan(0);
}, 600_000);
