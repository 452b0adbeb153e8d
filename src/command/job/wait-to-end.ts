import { pause } from '#src/client/call/pause.ts';
import type { Ringback } from '#src/client/create-ringback.ts';
import { clock } from '#src/command/listen/listen-line.ts';
import type { Terminal } from '#src/command/terminal.ts';
import type { Job } from '#src/contract/job/job.ts';
import { progressOf } from './show-job.ts';

export type Waiting = Readonly<{
  /** Called with a line about each change of the job. */
  say(line: string): void;
  signal: AbortSignal;
  /** The longest wait in milliseconds. Undefined: until the job ends. */
  timeoutMs: number | undefined;
}>;

const lookMs = 500;

/**
 * Waits until a job has ended and returns it, and reports each change of its state. The wait outlives Ringback being
 * away. Rejects with `wait_timeout`, or with the signal's reason.
 */
export async function waitToEnd(ringback: Ringback, first: Job, { say, signal, timeoutMs }: Waiting): Promise<Job> {
  const over = new AbortController();
  const report = reporter(say);
  report(first);
  const looking = look(ringback, first.id, report, AbortSignal.any([signal, over.signal]));
  try {
    const job = await ringback.wait(first.id, { signal, ...(timeoutMs !== undefined && { timeoutMs }) });
    over.abort();
    await looking;
    report(job);
    return job;
  } finally {
    over.abort();
    await looking;
  }
}

/** Returns the place for progress lines: stderr, or nowhere with `--quiet`. */
export function progressTo(terminal: Terminal, quiet: boolean | undefined): (line: string) => void {
  return quiet ? () => undefined : (line) => terminal.say(`${clock(new Date())}  ${line}`);
}

type Report = ((job: Job) => void) & { away(): void };

/** Returns a function that says how a job is, when that differs from what it said before. */
function reporter(say: (line: string) => void): Report {
  let told = '';
  const tell = (what: string, line: string) => {
    if (what !== told) say(line);
    told = what;
  };
  return Object.assign(
    (job: Job) => tell(`${job.state} ${job.attempts} ${job.waitReason}`, `${job.id}  ${progressOf(job, Date.now())}`),
    { away: () => tell('away', 'Ringback cannot be reached now. Still waiting.') },
  );
}

/** Asks for the job again and again, and reports it. Failures are reported once; the wait itself copes with them. */
async function look(ringback: Ringback, id: string, report: Report, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await pause(lookMs, signal);
      // This call is not repeated by itself, as `get` is: the next look comes soon.
      report(await ringback.trpc.jobs.get.query({ id }, { signal }));
    } catch {
      if (signal.aborted) return;
      report.away();
    }
  }
}
