/**
 * A response may always hold this many bytes. What holds more must have a share of the worker's memory, so that 500
 * targets which send much and then stall do not use up the machine.
 */
export const bodyBytesForAll = 256 * 1024;

type Waiting = { bytes: number; go: () => void };

/**
 * Shares memory among the bodies that are being read. A large body gets all that it may come to need at once, or waits:
 * if bodies grew step by step, all might wait for each other. Those that wait go in order. A body that is larger than
 * the whole goes alone.
 */
export class BodyMemory {
  #free: number;
  readonly #total: number;
  readonly #waiting = new Set<Waiting>();

  constructor(bytes: number) {
    this.#free = bytes;
    this.#total = bytes;
  }

  /** Takes a share. Without `granted`, `go` is called when the share is there. */
  take(bytes: number, go: () => void): { granted: boolean; giveBack: () => void } {
    const wanted = Math.min(bytes, this.#total);
    const waiting = { bytes: wanted, go };
    const granted = this.#waiting.size === 0 && wanted <= this.#free;
    if (granted) this.#free -= wanted;
    else this.#waiting.add(waiting);
    let isOver = false;
    return {
      granted,
      giveBack: () => {
        if (isOver) return;
        isOver = true;
        if (!this.#waiting.delete(waiting)) this.#free += wanted;
        this.#letGo();
      },
    };
  }

  #letGo(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#free) return;
      this.#waiting.delete(waiting);
      this.#free -= waiting.bytes;
      waiting.go();
    }
  }
}
