import { expect, it, onTestFinished, vi } from 'vitest';
import { retain } from '#src/engine/retain/retain.ts';
import { smallBatch } from '#src/store/retention/expired-rows.ts';

/** Retention whose statements each delete so many rows, for ever, and take so long, by a clock that only they move. */
function retentionThatFinds(rowCount: number, tookMs: number) {
  let now = 0;
  let statements = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  const answer = () => {
    statements += 1;
    now += tookMs;
  };
  const db = {
    pool: {
      query: async () => {
        answer();
        return { rowCount };
      },
    },
    query: async () => {
      answer();
      return Array.from({ length: rowCount }, () => ({ at: new Date(0) }));
    },
  };
  return { deps: { db: db as never, now: Date.now }, statements: () => statements, tookMs: () => now };
}

it('a run ends when it finds few, although there is always something new', async () => {
  const { deps, statements } = retentionThatFinds(1, 10);
  expect(await retain(deps)).toBe(statements());
  expect(statements()).toBeLessThan(smallBatch);
});

it('a run that always finds full batches ends after a minute', async () => {
  const { deps, tookMs } = retentionThatFinds(smallBatch, 100);
  await retain(deps);
  expect(tookMs()).toBeGreaterThanOrEqual(60_000);
  expect(tookMs()).toBeLessThan(65_000);
});
