/** A response cannot be read, mostly for its head. The message says why, as a clause about the target. */
export class ResponseHeadError extends Error {
  override name = 'ResponseHeadError';
}

/** The most header lines of a response, as in curl. */
const maxLines = 5_000;
/**
 * The most bytes of a response that are not its body: informational responses, its head, and what frames its chunks.
 * Each byte of the body allows some more, since the smallest chunk has five bytes around one.
 */
const maxFramingBytes = 1024 * 1024;
const framingPerByte = 16;
const [tab, lf, cr, space, colon] = [0x09, 0x0a, 0x0d, 0x20, 0x3a];
const protocol = Buffer.from('HTTP/');

/**
 * Matches what the parser refuses, though curl does not: lines that end with LF only, folded lines, spaces before a
 * colon, and a length that is given twice.
 */
const irregular = /[^\r]\n|\n[ \t]|\n[^:\r\n]*[ \t]:|\ncontent-length:[\s\S]*\ncontent-length:/i;

/**
 * Prepares the head of each response for undici's parser. The parser is stricter than what servers send and curl
 * accepts, and it offers no setting for that. Informational responses (1xx but 101) are taken out. What is `irregular`
 * is written as RFC 9112 has it. Any other head passes byte for byte, and bodies always do.
 */
export class ResponseHead {
  /** True when bytes of a response have come since the last request. */
  begun = false;
  #maxBytes: number;
  #expected = false;
  /** The beginning of a head whose end has not come. */
  #held: Buffer[] = [];
  #size = 0;
  /** Bytes that came for this response, less what its body accounts for. */
  #framing = 0;

  /** `maxBytes`: the most bytes of a head, with names, values and line ends. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Tells that a request is being sent, so that the next bytes are the head of its response. */
  expect(): void {
    this.#framing = 0;
    this.#await();
  }

  /** Tells that so many bytes of the body have come. */
  bodyCame(bytes: number): void {
    this.#framing -= bytes * (1 + framingPerByte);
  }

  #await(): void {
    this.begun = false;
    this.#expected = true;
    this.#held = [];
    this.#size = 0;
  }

  /**
   * Returns what the parser may read of the bytes that came; null if it has to wait for more. Throws a
   * ResponseHeadError.
   */
  pass(chunk: Buffer): Buffer | null {
    this.#framing += chunk.byteLength;
    // The parser skips extensions of chunks, however long they are, so that a response could go on without a body.
    if (this.#framing > maxFramingBytes) throw new ResponseHeadError('it sends without end what is not its body');
    if (!this.#expected || chunk.byteLength === 0) return chunk;
    this.begun = true;
    if (this.#held.length === 0 && isRegular(chunk, this.#maxBytes)) {
      this.#expected = false;
      return chunk;
    }
    return this.#passSlowly(chunk);
  }

  #passSlowly(chunk: Buffer): Buffer | null {
    let rest = chunk;
    for (;;) {
      if (!this.#mayBeHead(rest)) return this.#final(rest);
      const end = this.#endIn(rest);
      this.#size += end < 0 ? rest.byteLength : end;
      if (this.#size > this.#maxBytes) throw tooLong(`${this.#maxBytes.toLocaleString('en-US')} bytes`);
      if (end < 0) {
        this.#held.push(rest);
        return null;
      }
      if (this.#held.length > 0) rest = Buffer.concat([...this.#held, rest]);
      const size = this.#size;
      const head = rest.toString('latin1', 0, size);
      this.#await();
      this.begun = true;
      if (!isInformational(head)) {
        this.#expected = false;
        checkLines(head);
        return irregular.test(head) ? Buffer.concat([regular(head), rest.subarray(size)]) : rest;
      }
      rest = rest.subarray(size);
      if (rest.byteLength === 0) return null;
    }
  }

  /** False when the bytes are no HTTP at all. The parser then says so. */
  #mayBeHead(chunk: Buffer): boolean {
    for (let index = 0; index < chunk.byteLength && this.#size + index < protocol.byteLength; index++) {
      if (chunk[index] !== protocol[this.#size + index]) return false;
    }
    return true;
  }

  #final(chunk: Buffer): Buffer {
    this.#expected = false;
    return this.#held.length === 0 ? chunk : Buffer.concat([...this.#held, chunk]);
  }

  /** Returns the position in the chunk after the empty line that ends the head; -1 if it has not come. */
  #endIn(chunk: Buffer): number {
    const last = this.#held.at(-1);
    // The end may have begun in the chunks before. Chunks of one or two bytes are joined, so that two suffice.
    if (last !== undefined && last.byteLength < 3 && this.#held.length > 1) {
      const joined = Buffer.concat(this.#held.splice(-2));
      this.#held.push(joined);
    }
    const tail = this.#held.at(-1)?.subarray(-2) ?? Buffer.alloc(0);
    const searched = tail.byteLength === 0 ? chunk : Buffer.concat([tail, chunk]);
    const strict = searched.indexOf('\n\r\n');
    const bare = (strict < 0 ? searched : searched.subarray(0, strict)).indexOf('\n\n');
    const end = bare < 0 ? (strict < 0 ? -1 : strict + 3) : bare + 2;
    return end < 0 ? -1 : end - tail.byteLength;
  }
}

/**
 * True when the chunk begins with a whole head that may pass as it is. Almost every head does, so this is one quick loop.
 * Of a head that this loop is not sure about it says false.
 */
function isRegular(chunk: Buffer, maxBytes: number): boolean {
  let before = 0;
  let lineStart = 0;
  let lines = 0;
  let lengths = 0;
  // The digit of an informational status.
  if (chunk[9] === 0x31) return false;
  const most = Math.min(chunk.byteLength, maxBytes);
  for (let index = 0; index < most; index++) {
    const byte = chunk[index] ?? 0;
    if (byte === lf) {
      if (before !== cr || lines++ > maxLines) return false;
      if (index - lineStart === 1) return true;
      lineStart = index + 1;
    } else if (byte === colon) {
      if (before === space || before === tab) return false;
      if (index - lineStart === 'content-length'.length && lengths++ > 0) return false;
    } else if (index === lineStart && (byte === space || byte === tab)) return false;
    before = byte;
  }
  return false;
}

function checkLines(head: string): void {
  if (head.length < maxLines) return;
  if (head.split('\n').length - 3 > maxLines) throw tooLong(`${maxLines.toLocaleString('en-US')} lines`);
}

function tooLong(limit: string): ResponseHeadError {
  return new ResponseHeadError(`its headers are longer than ${limit}`);
}

/** True for 1xx responses, which precede the response. 101 is none of them: it ends HTTP on the connection. */
function isInformational(head: string): boolean {
  const status = /^HTTP\/1\.[01] (1\d\d)\b/.exec(head)?.[1];
  return status !== undefined && status !== '101';
}

/** Writes a head as RFC 9112 has it. Throws a ResponseHeadError if it has two lengths. */
function regular(head: string): Buffer {
  const [first = '', ...written] = head.replace(/\r?\n\r?\n$/, '').split(/\r?\n/);
  const lines: string[] = [];
  for (const line of written) {
    const before = lines.at(-1);
    if (/^[ \t]/.test(line) && before !== undefined)
      lines[lines.length - 1] = `${before.trimEnd()} ${line.trim()}`.trimEnd();
    else lines.push(line.replace(/^([^:\s]+)[ \t]+:/, '$1:'));
  }
  const seen = new Set<string>();
  const kept = lines.filter((line) => {
    const length = /^content-length:[ \t]*(.*?)[ \t]*$/i.exec(line)?.[1];
    if (length === undefined) return true;
    const isRepeated = seen.has(length);
    seen.add(length);
    return !isRepeated;
  });
  if (seen.size > 1) throw new ResponseHeadError('it has two different values of content-length');
  return Buffer.from([first, ...kept, '', ''].join('\r\n'), 'latin1');
}
