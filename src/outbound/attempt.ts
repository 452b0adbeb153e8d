import type { Outcome, Timings } from '#src/domain/decide/outcome.ts';
import type { Expiring } from './deadlines.ts';
import type { Dialled } from './dial.ts';

export type Phase = Extract<Outcome, { kind: 'timeout' }>['phase'];

/** Tracks one attempt: its phase, its timings, its deadline, and a way to stop it in any phase. */
export class Attempt implements Expiring {
  readonly startedAt = performance.now();
  readonly expiresAt: number;
  phase: Phase = 'connect';
  /** True from the first byte of the first request on, also while a later hop connects. */
  requestSent = false;
  stopped: 'deadline' | 'interrupted' | null = null;
  onStop: (() => void) | null = null;
  dialled: Dialled | null = null;
  remoteAddress: string | null = null;
  #sentAt: number | null = null;
  #firstByteAt: number | null = null;
  #endedAt: number | null = null;

  constructor(timeoutMs: number) {
    this.expiresAt = this.startedAt + timeoutMs;
  }

  expire(): void {
    this.stop('deadline');
  }

  stop(reason: 'deadline' | 'interrupted'): void {
    if (this.stopped !== null) return;
    this.stopped = reason;
    this.onStop?.();
  }

  connecting(): void {
    this.phase = 'connect';
    this.dialled = null;
    this.#sentAt = null;
    this.#firstByteAt = null;
    this.#endedAt = null;
  }

  /** `opened`: the connection as it was dialled for this request, or null when the connection was reused. */
  sent(opened: Dialled | null, remoteAddress: string | null): void {
    this.phase = 'headers';
    this.requestSent = true;
    this.dialled = opened;
    this.remoteAddress = remoteAddress;
    this.#sentAt = performance.now();
  }

  answered(): void {
    this.phase = 'body';
    this.#firstByteAt = performance.now();
  }

  ended(): void {
    this.#endedAt = performance.now();
  }

  timings(): Timings {
    const { dialled } = this;
    const now = performance.now();
    return {
      dnsMs: round(dialled?.dnsMs ?? null),
      connectMs: round(dialled?.connectMs ?? null),
      tlsMs: round(dialled?.tlsMs ?? null),
      firstByteMs: this.#sentAt === null || this.#firstByteAt === null ? null : round(this.#firstByteAt - this.#sentAt),
      bodyMs: this.#firstByteAt === null ? null : round((this.#endedAt ?? now) - this.#firstByteAt),
      totalMs: round(now - this.startedAt),
    };
  }
}

/**
 * Rounds to a tenth of a millisecond. Finer differences are not measurable, and short numbers keep stored rows small.
 */
function round(ms: number): number;
function round(ms: number | null): number | null;
function round(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10;
}
