import type { HeaderList, Outcome } from '#src/domain/decide/outcome.ts';
import { limits } from '#src/domain/limits.ts';
import { matchesStatus } from '#src/domain/policy/status-pattern.ts';
import { unpackPolicy } from '#src/domain/policy/stored-policy.ts';
import { EventStreamParser, type ServerSentEvent } from '#src/domain/stream/event-stream-parser.ts';
import { eventText, finalOf, type StreamEvent, type StreamResult } from '#src/domain/stream/stream-event.ts';
import { headerValue } from '#src/engine/show/body-text.ts';
import type { BodySink } from '#src/outbound/request.ts';
import type { HeldJob } from '#src/store/job/held-job.ts';
import type { EventWriter } from './event-writer.ts';

/** Time between two writes of a stream that does not pause. All streams of a worker write at the same moments. */
const beatMs = 50;
/** Bytes of events that wait to be written, above which nothing more is read of the response. */
const mostWaitingBytes = 1_048_576;
/** Bytes and events after which a write does not wait for its moment. */
const fullBytes = 65_536;
const fullEvents = 256;

/** Code and text of the failure of a stream that ended without its last event. */
const cut = {
  code: 'connection_reset',
  message: 'The target ended its event stream before the last event',
} as const;

/** The part of a job that its stream needs. */
type StreamedJob = Pick<HeldJob, 'id' | 'claim_id' | 'attempt_count' | 'options'>;

/**
 * Keeps the events of one attempt of a job: it reads them from the response as they come, and writes them in batches, one
 * after the other. A response that is not accepted, or is no event stream, is left alone.
 */
export class KeptStream implements BodySink {
  #job: StreamedJob;
  #kind: StreamResult;
  #writer: EventWriter;
  #mostBytes: number;
  #parser: EventStreamParser | null = null;
  /** Bytes of the chunks since an event has ended. The parser holds them. */
  #unended = 0;
  #count = 0;
  #bytes = 0;
  /** The text of the events, as far as the outcome needs it. */
  #texts: string[] = [];
  #final: string | null = null;
  #truncated = false;
  #waiting: StreamEvent[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #wroteAt = Number.NEGATIVE_INFINITY;
  #nextSeq: number | null = null;
  #resume: (() => void) | null = null;
  #closed = false;
  #error: unknown = null;

  constructor(job: StreamedJob, kind: StreamResult, writer: EventWriter, mostBytes: number) {
    this.#job = job;
    this.#kind = kind;
    this.#writer = writer;
    this.#mostBytes = mostBytes;
  }

  /** Decides by the head of a response whether its events are kept. */
  takeBody = (status: number, headers: HeaderList): BodySink | null => {
    const type = headerValue(headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
    if (type !== 'text/event-stream') return null;
    if (!matchesStatus(unpackPolicy(this.#job.options.policy).accept, status)) return null;
    this.#parser = new EventStreamParser();
    // The stream begins at once, so that the events of an attempt before are no longer read.
    this.#schedule();
    return this;
  };

  push(chunk: Uint8Array): boolean {
    if (this.#closed || this.#parser === null) return false;
    const events = this.#parser.push(chunk);
    this.#unended = events.length > 0 ? 0 : this.#unended + chunk.byteLength;
    for (const event of events) {
      if (event.data === undefined) continue;
      if (!this.#keep(storable(event, event.data))) return false;
    }
    if (this.#bytes + this.#unended > this.#mostBytes) return this.#stopAtLimit();
    this.#schedule();
    return true;
  }

  #keep(event: StreamEvent): boolean {
    const text = eventText(event);
    const bytes = Buffer.byteLength(text);
    if (this.#bytes + bytes > this.#mostBytes || this.#count === limits.streamEvents) return this.#stopAtLimit();
    this.#count += 1;
    if (this.#kind === 'text' || this.#bytes < limits.attemptBodyBytes) this.#texts.push(text);
    this.#bytes += bytes;
    this.#final = finalOf(this.#kind, event) ?? this.#final;
    this.#waiting.push(event);
    this.#waitingBytes += bytes;
    return true;
  }

  #stopAtLimit(): false {
    this.#truncated = true;
    this.#schedule();
    return false;
  }

  pauses(resume: () => void): boolean {
    if (this.#waitingBytes < mostWaitingBytes) return false;
    this.#resume = resume;
    return true;
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#texts.join(''));
  }

  /**
   * Stores what is left of the events, and returns the outcome with what the stream has made of it. Rejects if the events
   * cannot be stored.
   */
  async end(outcome: Outcome): Promise<Outcome> {
    if (this.#parser === null) return outcome;
    await this.#writeAll();
    if (outcome.kind !== 'response') return outcome;
    const truncated = outcome.truncated || this.#truncated;
    if (this.#kind === 'text') return { ...outcome, truncated, fromEvents: true };
    if (this.#final !== null) {
      const headers = outcome.headers.map(([name, value]): [string, string] =>
        name === 'content-type' ? [name, 'application/json'] : [name, value],
      );
      return { ...outcome, headers, body: Buffer.from(this.#final), truncated: false };
    }
    if (truncated) return { ...outcome, truncated };
    const { kind: _kind, timings, ...partial } = outcome;
    return {
      kind: 'connection_error',
      ...cut,
      requestSent: true,
      partial: { ...partial, body: partial.body.subarray(0, limits.attemptBodyBytes), truncated: true },
      timings,
    };
  }

  /** Drops the events that are not written, because the claim is lost. */
  drop(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#goOn();
  }

  /** Writes at the next moment, or at once if there was no write for a while or much waits. */
  #schedule(): void {
    if (this.#closed || this.#writing !== null) return;
    if (this.#nextSeq !== null && this.#waiting.length === 0) return;
    const now = performance.now();
    const isFull = this.#waitingBytes >= fullBytes || this.#waiting.length >= fullEvents;
    if (isFull || now - this.#wroteAt >= beatMs) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), beatMs - (now % beatMs));
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#closed || this.#writing !== null) return;
    this.#wroteAt = performance.now();
    this.#writing = this.#writeBatch().then(() => {
      this.#writing = null;
      this.#schedule();
    });
  }

  async #writeBatch(): Promise<void> {
    const { id, claim_id, attempt_count } = this.#job;
    const [events, bytes] = [this.#waiting, this.#waitingBytes];
    this.#waiting = [];
    const claim = { jobId: id, claimId: claim_id ?? '', attempt: attempt_count };
    try {
      const written = await this.#writer.add({ ...claim, firstSeq: this.#nextSeq, events, bytes });
      if (written === null) return this.drop();
      this.#nextSeq = written.firstSeq + events.length;
      this.#waitingBytes = Math.max(0, this.#waitingBytes - bytes);
      if (this.#waitingBytes < mostWaitingBytes / 2) this.#goOn();
    } catch (error) {
      this.#error = error;
      this.drop();
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#writing !== null || this.#waiting.length > 0 || (this.#nextSeq === null && !this.#closed)) {
      if (this.#writing === null) this.#write();
      await this.#writing;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#error !== null) throw this.#error;
  }

  #goOn(): void {
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
  }
}

/** Returns an event as PostgreSQL can store it: U+0000, which it cannot, becomes U+FFFD. */
function storable({ type }: ServerSentEvent, data: string): StreamEvent {
  const clean = (text: string) => (text.includes('\u0000') ? text.replaceAll('\u0000', '\uFFFD') : text);
  return { name: type === 'message' ? null : clean(type), data: clean(data) };
}
