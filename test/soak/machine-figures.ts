/** What came of one call of the client to Ringback. */
type Call = { at: number; status: number | 'broken'; accepted: boolean; tookMs: number };

/** What the calls of one part of a run came to. */
export type Figures = {
  part: string;
  seconds: number;
  /** Submissions that were answered with 2xx. */
  accepted: number;
  /** The longest time between two of those. */
  gapSeconds: number;
  /** The longest call. */
  slowestSeconds: number;
  /** Answers of 500 and above, and connections that broke. The client repeats both. */
  refused: number;
  broken: number;
};

export type Watch = {
  /** `fetch` that notes what comes of each call. */
  fetch: typeof globalThis.fetch;
  /** Begins a part of the run, under this name. */
  begin(part: string): void;
  /** Answers of 500 and above, with their beginnings, and what broke, each with the seconds since the start. */
  refusals: string[];
  end(): Figures[];
};

/** Notes each call of a client with its repetitions, by parts of a run. */
export function watchCalls(): Watch {
  const calls: Call[] = [];
  const parts: { part: string; from: number }[] = [];
  const refusals: string[] = [];
  const began = performance.now();
  const refuse = (what: string) => refusals.push(`${((performance.now() - began) / 1_000).toFixed(1)} s  ${what}`);
  return {
    async fetch(input, init) {
      const at = performance.now();
      const submits = init?.method === 'POST' && /\/jobs(\.|\/|$)|submit/.test(new URL(String(input)).pathname);
      const note = (status: Call['status']) => {
        const accepted = submits && status !== 'broken' && status < 300;
        calls.push({ at: performance.now(), status, accepted, tookMs: performance.now() - at });
      };
      try {
        const response = await fetch(input, init);
        note(response.status);
        if (response.status >= 500)
          refuse(
            `${new URL(String(input)).pathname} ${response.status} ${(await response.clone().text()).slice(0, 300)}`,
          );
        return response;
      } catch (error) {
        if (!init?.signal?.aborted) {
          note('broken');
          refuse(`${new URL(String(input)).pathname} ${String((error as Error).cause ?? error)}`);
        }
        throw error;
      }
    },
    refusals,
    begin: (part) => void parts.push({ part, from: performance.now() }),
    end: () =>
      parts.map(({ part, from }, index) => figuresOf(part, calls, from, parts[index + 1]?.from ?? performance.now())),
  };
}

function figuresOf(part: string, all: readonly Call[], from: number, to: number): Figures {
  const calls = all.filter(({ at }) => at >= from && at < to);
  const accepted = calls.filter((call) => call.accepted).map(({ at }) => at);
  const times = [from, ...accepted, to];
  const most = (numbers: number[]) => numbers.reduce((a, b) => Math.max(a, b), 0) / 1_000;
  return {
    part,
    seconds: (to - from) / 1_000,
    accepted: accepted.length,
    gapSeconds: most(times.slice(1).map((at, index) => at - (times[index] ?? at))),
    slowestSeconds: most(calls.map(({ tookMs }) => tookMs)),
    refused: calls.filter(({ status }) => status !== 'broken' && status >= 500).length,
    broken: calls.filter(({ status }) => status === 'broken').length,
  };
}
