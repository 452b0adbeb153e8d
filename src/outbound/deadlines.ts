/** An operation that must end by `expiresAt`, a time of the monotonic clock (`performance.now()`). */
export type Expiring = { expiresAt: number; expire(): void };

const sweepEveryMs = 40;

/**
 * Watches all deadlines with a single timer. A timer and an AbortSignal for each attempt cost a quarter of the
 * throughput. A sweep over a thousand entries takes microseconds. An entry expires at most one sweep late.
 */
export class Deadlines {
  #entries = new Set<Expiring>();
  #timer: NodeJS.Timeout | null = null;

  add(entry: Expiring): void {
    this.#entries.add(entry);
    this.#timer ??= setInterval(() => this.#sweep(), sweepEveryMs).unref();
  }

  remove(entry: Expiring): void {
    this.#entries.delete(entry);
  }

  #sweep(): void {
    if (this.#entries.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    const now = performance.now();
    for (const entry of this.#entries) {
      if (entry.expiresAt > now) continue;
      this.#entries.delete(entry);
      entry.expire();
    }
  }
}
