import { expect, it } from 'vitest';
import { whyItWaits } from '#src/contract/event/delivery-wait.ts';

const now = Date.parse('2026-11-20T12:00:00.000Z');
const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
const well = { state: 'enabled', pausedUntil: null, failingSince: null } as const;
const down = { state: 'enabled', pausedUntil: at(58), failingSince: at(-300) } as const;

it('a delivery of a failing endpoint is held for a probe, whatever time it has of its own', () => {
  const held = { state: 'retrying', nextAttemptAt: at(840) };
  expect(whyItWaits(held, down, now)).toBe(
    'Held: the endpoint is failing. A probe goes in 58 s; this one goes as soon as a probe succeeds, at the latest in 14 min.',
  );
});

it('any other delivery goes by its own time', () => {
  expect(whyItWaits({ state: 'retrying', nextAttemptAt: at(30) }, well, now)).toBe(
    'It is tried again in 30 s, by its schedule.',
  );
  expect(whyItWaits({ state: 'pending', nextAttemptAt: at(30) }, undefined, now)).toBe(
    'It stands in the line of its receiver, and goes at the latest in 30 s.',
  );
  expect(whyItWaits({ state: 'in_progress', nextAttemptAt: null }, down, now)).toBe('It is being sent.');
});
