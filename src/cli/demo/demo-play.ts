import { setTimeout as pause } from 'node:timers/promises';
import { StartError } from '#src/cli/start-error.ts';
import { CallbackVerificationError, type JobEvent, type Ringback, verifyCallback } from '#src/client/index.ts';
import type { Attempt } from '#src/contract/job/job.ts';
import { attemptWords, sayRow } from './demo-screen.ts';
import { type OnCallback, startDemoReceiver } from './demo-servers.ts';
import type { Lane } from './demo-timeline.ts';

export type PlayOptions = Readonly<{
  client: Ringback;
  webhookSecret: string;
  /** The base URL of the API that the jobs call. */
  apiUrl: string;
  /** Called with the callbacks' URL before anything is submitted. */
  onReceiver(callbackUrl: string): void;
  /** A promise that resolves when nothing more must be printed. */
  stopped: Promise<void>;
}>;

/** `submitMs` is the time in milliseconds that the app had to wait for both submits. */
export type Played = Readonly<{ lanes: readonly Lane[]; submitMs: number }>;

type Call = { name: string; id: string; attempts: Attempt[]; rungAt: number | undefined };

const patienceMs = 90_000;
const lookEveryMs = 150;

/** Submits both calls and prints what happens until both callbacks have come with a valid signature. */
export async function play(options: PlayOptions): Promise<Played> {
  const stage = new Stage(options);
  const receiver = await startDemoReceiver((callback) => stage.receive(callback));
  const callbackUrl = `${receiver.url}/ringback`;
  options.onReceiver(callbackUrl);
  void options.stopped.then(() => stage.close());
  try {
    const submitMs = await stage.submit(callbackUrl);
    await stage.untilRung();
    return { lanes: stage.lanes(), submitMs };
  } finally {
    stage.close();
    await receiver.close();
  }
}

class Stage {
  readonly #options: PlayOptions;
  readonly #submitted = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();
  #calls: Call[] = [];
  #startedAt = 0;
  #closed = false;
  /** The queue of prints, which keeps their order: a callback never comes before the attempt that led to it. */
  #told: Promise<void> = Promise.resolve();

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#failed.promise.catch(() => undefined);
    this.#submitted.promise.catch(() => undefined);
  }

  async submit(callback: string): Promise<number> {
    const { client, apiUrl } = this.#options;
    this.#startedAt = Date.now();
    const begunAt = performance.now();
    const [chat, report] = await Promise.all([
      client.submit({ url: `${apiUrl}/chat`, json: { prompt: 'Why hang up?' }, callback, labels: ['demo'] }),
      client.submit({ url: `${apiUrl}/report`, callback, labels: ['demo'] }),
    ]);
    const submitMs = performance.now() - begunAt;
    this.#calls = [
      { name: 'chat', id: chat.id, attempts: [], rungAt: undefined },
      { name: 'report', id: report.id, attempts: [], rungAt: undefined },
    ];
    for (const { name, id } of this.#calls) sayRow({ atMs: submitMs, call: name, what: 'submitted', text: id });
    this.#submitted.resolve();
    return submitMs;
  }

  /** Prints the attempts until the last callback has come. */
  async untilRung(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    const look = async () => {
      while (!this.#closed && this.#calls.some((call) => call.rungAt === undefined)) {
        if (performance.now() > deadline) throw new StartError(this.#whatIsMissing());
        await this.#inOrder(async () => {
          for (const call of this.#calls) await this.#tellAttempts(call);
        });
        await pause(lookEveryMs);
      }
      await this.#told;
    };
    await Promise.race([look(), this.#failed.promise]);
  }

  close(): void {
    this.#closed = true;
    this.#failed.reject(new StartError('The demo was stopped before both calls had rung back.'));
  }

  /** Acts as the app's webhook route, which verifies a callback before it uses the data. */
  async receive({ headers, body }: Parameters<OnCallback>[0]): Promise<number> {
    const rungAt = Date.now();
    try {
      const event = await verifyCallback({ headers, body }, this.#options.webhookSecret);
      await this.#submitted.promise;
      await this.#inOrder(() => this.#tellCallback(event, rungAt));
      return 204;
    } catch (error) {
      const refused = error instanceof CallbackVerificationError;
      this.#failed.reject(refused ? new StartError(`A callback came that does not verify: ${error.message}`) : error);
      return refused ? 400 : 500;
    }
  }

  async #tellCallback(event: JobEvent, rungAt: number): Promise<void> {
    const call = this.#calls.find(({ id }) => id === event.data.id);
    // A callback may come twice. A callback of another job may come late, from an earlier demo.
    if (!call || call.rungAt !== undefined) return;
    await this.#tellAttempts(call);
    const good = event.type === 'job.completed';
    sayRow({
      atMs: rungAt - this.#startedAt,
      call: call.name,
      what: 'callback',
      mark: { word: 'rang', meaning: good ? 'good' : 'bad' },
      text: `${event.type}, signature verified`,
    });
    call.rungAt = rungAt;
    if (good) return;
    throw new StartError(
      `The ${call.name} call should have completed, but ended with ${event.type}: ${reasonOf(event)}`,
    );
  }

  async #tellAttempts(call: Call): Promise<void> {
    const { attempts } = await this.#options.client.attempts(call.id);
    if (this.#closed) return;
    for (const attempt of attempts.slice(call.attempts.length)) {
      const atMs = Date.parse(attempt.endedAt) - this.#startedAt;
      sayRow({ atMs, call: call.name, what: `attempt ${attempt.number}`, ...attemptWords(attempt) });
    }
    call.attempts = attempts;
  }

  #inOrder(act: () => Promise<void>): Promise<void> {
    const turn = this.#told.then(act);
    this.#told = turn.catch(() => undefined);
    return turn;
  }

  #whatIsMissing(): string {
    const silent = this.#calls.filter((call) => call.rungAt === undefined);
    const names = silent.map(({ name, id, attempts }) => `${name} (${id}, ${attempts.length} attempts so far)`);
    return `No callback came within ${patienceMs / 1_000} s for ${names.join(' and ')}.`;
  }

  lanes(): Lane[] {
    const since = (at: string) => Date.parse(at) - this.#startedAt;
    return this.#calls.map(({ name, attempts, rungAt }) => ({
      call: name,
      attempts: attempts.map(({ startedAt, endedAt, status, outcome }) => ({
        startMs: since(startedAt),
        endMs: since(endedAt),
        label: String(status ?? outcome),
      })),
      callbackMs: (rungAt ?? this.#startedAt) - this.#startedAt,
    }));
  }
}

function reasonOf(event: JobEvent): string {
  return event.data.error?.message ?? 'no reason given.';
}
