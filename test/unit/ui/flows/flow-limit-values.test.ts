import { describe, expect, it } from 'vitest';
import type { Flow } from '#src/contract/flow/flow.ts';
import { flowSetInput } from '#src/contract/flow/flow.ts';
import { flowLimitsInput, flowLimitValues } from '#src/ui/flows/flow-limit-values.ts';

const flow: Flow = {
  id: 'flow_1',
  key: 'openai',
  concurrency: 10,
  rate: { limit: 500, periodSeconds: 60 },
  fixed: true,
  pausedAt: null,
  waiting: 0,
  running: 0,
  oldestAt: null,
  createdAt: '2026-11-28T12:00:00.000Z',
};
const unlimited: Flow = { ...flow, concurrency: null, rate: null };
const values = flowLimitValues(flow);

describe('the fields of the limits of a flow', () => {
  it('begin with its limits, or empty with a minute', () => {
    expect(values).toEqual({ concurrency: '10', limit: '500', period: '1m', givesBack: false });
    expect(flowLimitValues(unlimited)).toEqual({ concurrency: '', limit: '', period: '1m', givesBack: false });
  });

  it.each([
    [7_200, '2h'],
    [86_400, '24h'],
    [90, '90s'],
    [1.5, '1500ms'],
  ])('show %d s as %s', (periodSeconds, period) => {
    expect(flowLimitValues({ concurrency: null, rate: { limit: 1, periodSeconds } }).period).toBe(period);
  });

  it('change only what was changed, because a new rate counts from nothing', () => {
    expect(flowLimitsInput(flow, values)).toEqual({ id: 'openai', fixed: true });
    expect(flowLimitsInput(flow, { ...values, concurrency: ' 3 ' })).toEqual({
      id: 'openai',
      fixed: true,
      concurrency: 3,
    });
    expect(flowLimitsInput(unlimited, { ...flowLimitValues(unlimited), period: '5s' })).toEqual({
      id: 'openai',
      fixed: true,
    });
  });

  it.each([
    [{ concurrency: '' }, { concurrency: null }],
    [{ limit: '' }, { rate: null }],
    [{ period: '1s' }, { rate: { limit: 500, periodSeconds: '1s' } }],
    [{ limit: '20', period: '30' }, { rate: { limit: 20, periodSeconds: 30 } }],
    [{ givesBack: true }, { fixed: false }],
  ])('%j gives %j, which the API takes', (change, expected) => {
    const input = flowLimitsInput(flow, { ...values, ...change });
    expect(input).toEqual({ id: 'openai', fixed: true, ...expected });
    expect(flowSetInput.safeParse(input).error).toBeUndefined();
  });

  it.each([
    [{ concurrency: 'ten' }, 'concurrency'],
    [{ concurrency: '-1' }, 'concurrency'],
    [{ limit: '1.5' }, 'rate.limit'],
    [{ period: '' }, 'rate.periodSeconds'],
  ])('%j is refused at %s, and never taken for no limit', (change, field) => {
    expect(flowLimitsInput(flow, { ...values, ...change })).toEqual({ field, message: expect.any(String) });
  });
});
