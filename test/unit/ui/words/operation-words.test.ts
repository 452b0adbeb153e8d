import { describe, expect, it } from 'vitest';
import type { Operation, OperationError } from '#src/contract/job/operation.ts';
import { inputText, operationHref, reasonsText } from '#src/ui/words/operation-words.ts';

const input = (given: Operation['input']) => inputText({ input: given }, 'UTC');
const error = (code: OperationError['code']): OperationError => ({ id: 'job_1', code, message: 'why' });

describe('an operation in words', () => {
  it('says what it was started with', () => {
    expect(
      input({ endpointId: 'end_1', since: '2026-11-20T10:00:00.000Z', includeSkipped: false, perSecond: 50 }),
    ).toBe('since 20 Nov 10:00 UTC; at most 50 a second');
    expect(input({ jobs: { picked: 3 }, perSecond: 5 })).toBe('3 picked; at most 5 a second');
    expect(input({ jobs: { filter: { state: ['failed', 'cancelled'], host: 'a.test' } }, perSecond: 5 })).toBe(
      'state: failed, cancelled; host: a.test; at most 5 a second',
    );
  });

  it('says why some could not be dealt with, with counts where all are known', () => {
    const errors = [error('secrets_erased'), error('not_ended'), error('secrets_erased')];
    expect(reasonsText({ errors, failed: 3 })).toBe(': 2 × secrets erased, 1 × not ended');
    expect(reasonsText({ errors, failed: 300 })).toBe(': secrets erased, not ended');
    expect(reasonsText({ errors: [], failed: 3 })).toBe('');
  });

  it('leads to the list of what it has dealt with, once there is something', () => {
    expect(operationHref({ id: 'op_1', kind: 'rerun_jobs', done: 3 })).toBe('/jobs?operation=op_1');
    expect(operationHref({ id: 'op_1', kind: 'replay_skipped', done: 1 })).toBe('/deliveries?operation=op_1');
    expect(operationHref({ id: 'op_1', kind: 'cancel_jobs', done: 0 })).toBeNull();
  });
});
