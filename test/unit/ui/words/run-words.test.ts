import { expect, it } from 'vitest';
import { runsUrl, waitText } from '#src/ui/words/run-words.ts';

const now = Date.parse('2026-11-20T12:00:00.000Z');
const wakeAt = '2026-11-20T14:02:38.000Z';

it.each([
  [{ requests: 2, callbacks: 0, sleeps: 0 }, null, 'waits for 2 requests'],
  [{ requests: 1, callbacks: 1, sleeps: 0 }, null, 'waits for a request and a callback'],
  [{ requests: 1_200, callbacks: 2, sleeps: 1 }, wakeAt, 'waits for 1,200 requests, 2 callbacks and a sleep'],
  [{ requests: 0, callbacks: 0, sleeps: 2 }, wakeAt, 'sleeps until 14:02:38 UTC'],
  [{ requests: 0, callbacks: 0, sleeps: 1 }, '2026-11-21T14:02:38.000Z', 'sleeps until 21 Nov 14:02:38 UTC'],
  [{ requests: 0, callbacks: 0, sleeps: 1 }, null, 'sleeps'],
  [{ requests: 0, callbacks: 0, sleeps: 0 }, null, 'about to go on'],
])('%o until %s is "%s"', (wait, until, text) => {
  expect(waitText(wait, until, now, 'UTC')).toBe(text);
});

it('the address of the runs with a label holds any label', () => {
  expect(new URL(runsUrl({ label: 'a&b c/é' }), 'http://localhost').searchParams.get('label')).toBe('a&b c/é');
});
