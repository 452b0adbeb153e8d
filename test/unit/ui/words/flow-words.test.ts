import { expect, it } from 'vitest';
import { flowJobsUrl, rateText } from '#src/ui/words/flow-words.ts';

it.each([
  [100, 60, '100 a minute'],
  [5, 1, '5 a second'],
  [1_000, 3_600, '1,000 an hour'],
  [1_000_000, 86_400, '1,000,000 a day'],
  [20, 30, '20 in 30 s'],
  [7, 1.5, '7 in 1.5 s'],
])('%d within %d s is "%s"', (limit, periodSeconds, text) => {
  expect(rateText({ limit, periodSeconds })).toBe(text);
});

it('the address of the jobs of a flow holds any key', () => {
  const url = new URL(flowJobsUrl('a&b=c d/é'), 'http://localhost');
  expect(url.pathname).toBe('/jobs');
  expect(url.searchParams.get('flow')).toBe('a&b=c d/é');
});
