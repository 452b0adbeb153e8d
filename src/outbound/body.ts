/**
 * Collects a response body up to a limit, byte for byte: no decoding, no decompression. What is beyond the limit is
 * never read, so that neither an endless body nor one declared as 10 GB costs more than the limit.
 */
export class BodyReader {
  truncated = false;
  #chunks: Buffer[] = [];
  #size = 0;
  #limit: number;
  #declared: number | null;

  /** `declared`: the Content-Length, when there was one. */
  constructor(limit: number, declared: number | null) {
    this.#limit = limit;
    this.#declared = declared;
  }

  /** True when the body said how long it is and ended before that. */
  get fellShort(): boolean {
    return this.#declared !== null && this.#size < this.#declared;
  }

  /** Takes what fits; false when no more is wanted. */
  push(chunk: Buffer): boolean {
    const room = this.#limit - this.#size;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    // Copied: the chunk is a view of the parser's read buffer, which it would otherwise keep alive.
    if (kept.length > 0) this.#chunks.push(Buffer.from(kept));
    this.#size += kept.length;
    const full = this.#size === this.#limit;
    this.truncated = chunk.length > room || (full && this.#declared !== null && this.#declared > this.#limit);
    return !this.truncated;
  }

  bytes(): Uint8Array {
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.#size);
  }
}
