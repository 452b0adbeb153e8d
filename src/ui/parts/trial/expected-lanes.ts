import { playgroundPaths } from '#src/contract/live/playground.ts';
import type { Expectation, ExpectedAttempt } from './expectation.ts';
import type { Lane } from './lanes.tsx';

/** Usual duration of a delivery to the built-in inbox. */
const deliveryMs = 20;

function expectedLanes({ attempts }: Expectation, most: number): Lane[] {
  const shown = attempts.length > most ? attempts.slice(0, most) : attempts;
  return shown.map((attempt, index) => laneOf(attempt, attempts[index + 1]));
}

function laneOf({ number, startMs, endMs, outcome, status, decision }: ExpectedAttempt, next?: ExpectedAttempt): Lane {
  return {
    key: `attempt ${number}`,
    label: `Attempt ${number}`,
    fromMs: startMs,
    toMs: endMs,
    waitToMs: next?.startMs ?? null,
    look: 'expected',
    came: { outcome, status },
    note: decision.why,
  };
}

/**
 * Returns the lanes of the expected attempts. The callback follows the last one if there is a callback and all attempts
 * are drawn.
 */
export function plannedLanes(expectation: Expectation, callback: string | null, most: number): Lane[] {
  const lanes = expectedLanes(expectation, most);
  const all = lanes.length === expectation.attempts.length;
  return all && callback !== null ? [...lanes, expectedDelivery(expectation, callback)] : lanes;
}

/** Returns the lane of the callback that is expected after the job's end. */
function expectedDelivery({ totalMs }: Expectation, callback: string): Lane {
  const isInbox = callback.includes(playgroundPaths.inbox);
  return {
    key: 'delivery 1',
    label: 'Callback',
    fromMs: totalMs,
    toMs: totalMs + deliveryMs,
    waitToMs: null,
    look: 'expected',
    came: null,
    note: isInbox ? 'signed, to the built-in inbox' : 'signed, to your URL',
  };
}
