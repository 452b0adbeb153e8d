import { fingerprint } from './fetch-fingerprint.ts';
import { type FetchRequest, textHeader } from './fetch-request.ts';

/**
 * How a call ended: with a successful response, or its job was cancelled (`over`); its job had no response
 * (`without_response`); any other way (`open`).
 */
export type CallOutcome = 'over' | 'without_response' | 'open';

/** A call that its SDK may repeat. */
export type Ticket = {
  /** The job's key: that of the call before, if this call repeats one. */
  readonly key: string;
  /** Ends the call. Its repeat finds the same job unless the call is over. */
  end(outcome: CallOutcome): void;
};

type Entry = { fingerprint: string; key: string; count: number; isOpen: boolean; endedAt: number };

/** The time within which an SDK repeats. OpenAI's waits 60 seconds at most. */
const keptMs = 600_000;
/** The most calls that are kept. The oldest is forgotten first. */
const mostKept = 1_000;

/** The headers by which calls of different callers differ. Others change from one repeat to the next. */
const telling = ['authorization', 'x-api-key', 'api-key', 'idempotency-key', 'stripe-account', 'openai-organization'];

/**
 * Finds the job of a call again when its SDK repeats it, after a timeout of its own for example. A repeat has
 * `x-stainless-retry-count` above 0, or the same `idempotency-key`. Without either, equal calls are calls of their own.
 */
export type Repeats = {
  begin(request: FetchRequest, newKey: () => Promise<string>): Promise<Ticket | null>;
};

/** Makes an empty list of calls. It lives as long as the process: a process that starts over needs keys of a run. */
export function makeRepeats(now: () => number = Date.now): Repeats {
  let entries: Entry[] = [];

  const take = (print: string, count: number): Entry | undefined => {
    const before = entries.filter((one) => one.fingerprint === print && (count === 0 || one.count === count - 1));
    // A call that was given up may still be open here for a moment when its repeat comes.
    return before.find((one) => !one.isOpen) ?? (count > 0 ? before[0] : undefined);
  };

  return {
    async begin(request, newKey) {
      const named = textHeader(request, 'idempotency-key') !== undefined;
      const count = readCount(textHeader(request, 'x-stainless-retry-count'));
      if (count === null && !named) return null;
      const print = await fingerprint(request, telling);
      entries = entries.filter((one) => one.isOpen || now() - one.endedAt < keptMs).slice(-mostKept);
      const mayRepeat = named || (count ?? 0) > 0;
      const found = mayRepeat ? take(print, count ?? 0) : undefined;
      // The entry is taken out at once: another repeat must not find the same job while this one waits for its key.
      entries = entries.filter((one) => one !== found);
      const key = found?.key ?? (await newKey());
      const entry: Entry = { fingerprint: print, key, count: count ?? 0, isOpen: true, endedAt: 0 };
      entries.push(entry);
      return {
        key,
        end(outcome) {
          // A target that knows the idempotency key may be asked again when there was no response.
          const isOver = outcome === 'over' || (outcome === 'without_response' && count === null);
          if (isOver) entries = entries.filter((one) => one !== entry);
          Object.assign(entry, { isOpen: false, endedAt: now() });
        },
      };
    },
  };
}

function readCount(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : null;
}
