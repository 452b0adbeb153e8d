import { describe, expect, test } from 'vitest';
import { RingbackError } from '#src/client/call/errors.ts';
import { makeInvocation } from '#src/client/serve/invocation.ts';
import type { RunCalls } from '#src/client/serve/run-calls.ts';
import type { EnteredStep, KeptStep, StepInput } from '#src/contract/run/run-turn.ts';

const step = (key: string, more: Partial<EnteredStep> = {}): EnteredStep => ({
  ...{ key, kind: 'sleep', seq: null, result: null, jobId: null, request: null, job: null },
  ...more,
});

/** Calls that keep everything, and note what was kept. */
function fakeCalls(answer?: (one: StepInput) => KeptStep): { calls: RunCalls; kept: string[][] } {
  const kept: string[][] = [];
  const calls: RunCalls = {
    enter: () => Promise.reject(new Error('not here')),
    step: () => Promise.resolve(null),
    async keep(steps) {
      kept.push(steps.map(({ key }) => key));
      const ok = (one: StepInput): KeptStep => {
        const seq = one.kind === 'step' ? 100 : null;
        return { ok: true, step: step(one.key, { kind: one.kind, seq, result: 'result' in one ? one.result : null }) };
      };
      return { state: 'kept', steps: steps.map(answer ?? ok) };
    },
  };
  return { calls, kept };
}

const sleep = (key: string) => ({ kind: 'sleep' as const, key, duration: 1 });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('an entry', () => {
  test('keeps calls of one moment together, and ends when it waits for all of them', async () => {
    const { calls, kept } = fakeCalls();
    const entry = makeInvocation(calls, []);
    const end = await entry.run(async () => Promise.all(['a', 'b', 'c'].map((key) => entry.ask(sleep(key)))));
    expect(end).toEqual({ state: 'waiting', on: ['a', 'b', 'c'] });
    expect(kept).toEqual([['a', 'b', 'c']]);
  });

  test('keeps nothing again that is known, and ends with what the handler returns', async () => {
    const { calls, kept } = fakeCalls();
    const entry = makeInvocation(calls, [step('a', { seq: 1 })]);
    const end = await entry.run(async () => (await entry.ask(sleep('a'))).key);
    expect(end).toEqual({ state: 'completed', result: 'a' });
    expect(kept).toEqual([]);
  });

  test('hands results out in the order in which they ended, not in that of the calls', async () => {
    const known = [step('a', { seq: 3 }), step('b', { seq: 1 }), step('c', { seq: 2 })];
    const entry = makeInvocation(fakeCalls().calls, known);
    const order: string[] = [];
    await entry.run(async () => {
      await Promise.all(['a', 'b', 'c'].map(async (key) => order.push((await entry.ask(sleep(key))).key)));
    });
    expect(order).toEqual(['b', 'c', 'a']);
  });

  test('does not end while work is done or a body is read, and keeps the result of the work', async () => {
    const { calls, kept } = fakeCalls();
    const entry = makeInvocation(calls, []);
    const end = await entry.run(async () => {
      const waiting = entry.ask(sleep('a'));
      const result = await entry.work('work', () => pause(60).then(() => '1'));
      await entry.prepare(() => pause(60));
      return Promise.all([waiting, entry.ask(sleep(result ?? ''))]);
    });
    expect(end).toEqual({ state: 'waiting', on: ['a', '1'] });
    expect(kept).toEqual([['a'], ['work'], ['1']]);
  });

  test('does nothing after its end: calls never settle, and nothing is kept', async () => {
    const { calls, kept } = fakeCalls();
    const entry = makeInvocation(calls, []);
    const settled: unknown[] = [];
    let later: Promise<unknown> = Promise.resolve();
    const end = await entry.run(async () => {
      const first = entry.ask(sleep('a'));
      later = pause(80).then(() => {
        for (const late of [entry.ask(sleep('b')), entry.work('c', async () => '1'), entry.prepare(async () => 2)]) {
          late.then(
            (value) => settled.push(value),
            (error) => settled.push(error),
          );
        }
      });
      return first;
    });
    expect(end).toEqual({ state: 'waiting', on: ['a'] });
    await later;
    await pause(50);
    expect([settled, kept]).toEqual([[], [['a']]]);
  });

  test('a handler that races a call with a timer of its own ends with what the timer does', async () => {
    const entry = makeInvocation(fakeCalls().calls, []);
    const end = await entry.run(() => Promise.race([entry.ask(sleep('a')), pause(0).then(() => 'timer')]));
    expect(end).toEqual({ state: 'completed', result: 'timer' });
  });

  test('a refused step throws in the handler, which may go on', async () => {
    const refused: KeptStep = { ok: false, error: { code: 'blocked_target', message: 'no', field: 'url' } };
    const entry = makeInvocation(fakeCalls(() => refused).calls, []);
    const end = await entry.run(() => entry.ask(sleep('a')).catch((error: RingbackError) => error.code));
    expect(end).toEqual({ state: 'completed', result: 'blocked_target' });
  });

  test.each(['unavailable', 'internal'] as const)('is broken when a step is refused as %s', async (code) => {
    const refused: KeptStep = { ok: false, error: { code, message: 'not just now' } };
    const entry = makeInvocation(fakeCalls(() => refused).calls, []);
    const end = await entry.run(() => entry.ask(sleep('a')).catch(() => 'the handler took it for an answer'));
    expect(end).toMatchObject({ state: 'broken', error: { code } });
  });

  test('a key that is used twice, or for something else than before, throws', async () => {
    const known = [step('a', { kind: 'request', request: 'GET https://a.example/' })];
    const twice = makeInvocation(fakeCalls().calls, []);
    const both = () => Promise.all([twice.ask(sleep('a')), twice.ask(sleep('a'))]);
    expect(await twice.run(both)).toMatchObject({ state: 'threw', error: { code: 'duplicate_key' } });
    for (const ask of [
      (entry: ReturnType<typeof makeInvocation>) => entry.ask(sleep('a')),
      (entry: ReturnType<typeof makeInvocation>) =>
        entry.ask({ kind: 'request', key: 'a', job: {} }, 'POST https://a.example/'),
    ]) {
      const entry = makeInvocation(fakeCalls().calls, known);
      expect(await entry.run(() => ask(entry))).toMatchObject({ error: { code: 'not_deterministic' } });
    }
  });

  test.each([
    ['broken', new RingbackError('network_error', 'gone')],
    ['broken', new RingbackError('internal', 'something went wrong', { status: 500 })],
    ['threw', new RingbackError('invalid_input', 'too many')],
  ])('is %s when Ringback does not keep its steps', async (state, error) => {
    const { calls } = fakeCalls();
    const entry = makeInvocation({ ...calls, keep: () => Promise.reject(error) }, []);
    expect(await entry.run(() => entry.ask(sleep('a')))).toEqual({ state, error });
  });

  test('is stale when its turn is over', async () => {
    const { calls } = fakeCalls();
    const entry = makeInvocation({ ...calls, keep: async () => ({ state: 'stale' }) }, []);
    expect(await entry.run(() => entry.ask(sleep('a')))).toEqual({ state: 'stale' });
  });
});
