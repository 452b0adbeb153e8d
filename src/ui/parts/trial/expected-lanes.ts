import { playgroundPaths } from '#src/contract/live/playground.ts';
import type { Expectation, ExpectedAttempt } from './expectation.ts';
import type { Lane } from './lanes.tsx';

/** What a delivery to the built-in inbox usually takes. */
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

/** Attempts that are expected, and after the last of them the callback, where one is asked for and all are drawn. */
export function plannedLanes(expectation: Expectation, callback: string | null, most: number): Lane[] {
  const lanes = expectedLanes(expectation, most);
  const all = lanes.length === expectation.attempts.length;
  return all && callback !== null ? [...lanes, expectedDelivery(expectation, callback)] : lanes;
}

/** The callback that is expected once the job has ended. */
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
