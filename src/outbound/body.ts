import { bodyBytesForAll } from './body-memory.ts';
import type { BodySink } from './request.ts';

/**
 * Collects a response body up to a limit, or hands it to a sink as it comes, without decoding or
 * decompressing it. Reading stops at the limit, so an endless body, or one declared as 10 GB, costs no more than the
 * limit.
 */
export class BodyReader {
  truncated = false;
  #chunks: Buffer[] = [];
  #size = 0;
  #limit: number;
  #declared: number | null;
  #sink: BodySink | null;

  /** `declared`: the Content-Length, or null when there is none. A sink has a limit of its own. */
  constructor(limit: number, declared: number | null, sink: BodySink | null = null) {
    this.#limit = limit;
    this.#declared = declared;
    this.#sink = sink;
  }

  /** True when fewer bytes came than the Content-Length declared. */
  get fellShort(): boolean {
    return this.#declared !== null && this.#size < this.#declared;
  }

  /** The most bytes that this body may come to hold; 0 if a sink takes them, or if few came so far. */
  get large(): number {
    if (this.#sink !== null || this.#size <= bodyBytesForAll) return 0;
    return Math.min(this.#limit, this.#declared ?? this.#limit);
  }

  /** Keeps the part of a chunk that fits. Returns false when no more chunks are wanted. */
  push(chunk: Buffer): boolean {
    if (this.#sink !== null) {
      this.#size += chunk.length;
      this.truncated = !this.#sink.push(chunk);
      return !this.truncated;
    }
    const room = this.#limit - this.#size;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    // The chunk is a view of the parser's read buffer. A copy does not keep that buffer alive.
    if (kept.length > 0) this.#chunks.push(Buffer.from(kept));
    this.#size += kept.length;
    const full = this.#size === this.#limit;
    this.truncated = chunk.length > room || (full && this.#declared !== null && this.#declared > this.#limit);
    return !this.truncated;
  }

  /** Returns true if reading must pause until `resume` is called. */
  pauses(resume: () => void): boolean {
    return this.#sink?.pauses(resume) ?? false;
  }

  bytes(): Uint8Array {
    if (this.#sink !== null) return this.#sink.bytes();
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.#size);
  }
}
