/**
 * Collects a response body up to a limit, without decoding or decompressing it. Reading stops at the limit, so an
 * endless body, or one declared as 10 GB, costs no more than the limit.
 */
export class BodyReader {
  truncated = false;
  #chunks: Buffer[] = [];
  #size = 0;
  #limit: number;
  #declared: number | null;

  /** `declared`: the Content-Length, or null when there is none. */
  constructor(limit: number, declared: number | null) {
    this.#limit = limit;
    this.#declared = declared;
  }

  /** True when fewer bytes came than the Content-Length declared. */
  get fellShort(): boolean {
    return this.#declared !== null && this.#size < this.#declared;
  }

  /** Keeps the part of a chunk that fits. Returns false when no more chunks are wanted. */
  push(chunk: Buffer): boolean {
    const room = this.#limit - this.#size;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    // The chunk is a view of the parser's read buffer. A copy does not keep that buffer alive.
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
