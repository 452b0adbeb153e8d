import { Refusal } from '#src/contract/shape/error-code.ts';

/** Bounds of a JSON text. `depth` counts nested objects and lists, `members` all their entries outside of free values. */
export type JsonBounds = { depth: number; members: number };

/** A value inside a JSON text, by its first byte and the byte after its last. */
export type Span = { from: number; to: number };

/** The member whose value is free: a caller's own JSON, which may have any number of members. */
const freeName = 'json';
/** How deep the object of a free member may be: a job, a job of a batch, or edits, each inside a call of a tRPC batch. */
const freeDepth = 4;

// What the next byte belongs to. Those from `minus` on are inside a number.
const value = 0;
const valueOrEnd = 1;
const keyOrEnd = 2;
const key = 3;
const colon = 4;
const after = 5;
const string = 6;
const escaped = 7;
const hex = 8;
const literal = 9;
const minus = 10;
const zero = 11;
const int = 12;
const dot = 13;
const fraction = 14;
const exponent = 15;
const exponentSign = 16;
const exponentDigits = 17;

const literals: Record<number, string> = { 116: 'true', 102: 'false', 110: 'null' };

/**
 * Checks that bytes are JSON while they arrive, in constant memory: its grammar, the bounds, and texts that cannot be
 * stored. It finds the free values, so that they can be kept as they were written instead of being parsed.
 */
export class JsonScan {
  /** The free values, in order. */
  readonly free: Span[] = [];
  /** Numbers that may be too large for a double. */
  readonly #large: Span[] = [];
  readonly #bounds: JsonBounds;
  /** For each open object or list, whether it is an object. */
  readonly #isObject: boolean[] = [];
  #state = value;
  #at = 0;
  #members = 0;
  #isKey = false;
  /** How much of `freeName` the present key has matched; -1 when it is another key. */
  #matched = -1;
  #isFreeNext = false;
  #freeFrom = -1;
  #freeDepth = -1;
  #hexLeft = 0;
  #code = 0;
  #highSurrogate = false;
  #literal = '';
  #literalAt = 0;
  #numberFrom = 0;
  #hasExponent = false;

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
  }

  /** Reads further bytes. Throws a Refusal for the first that is wrong. */
  push(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      // Most bytes are inside texts.
      if (this.#state === string && byte !== 0x22 && byte !== 0x5c && byte >= 0x20) {
        if (this.#isKey) this.#matchKey(byte);
        if (this.#highSurrogate) throw loneSurrogate();
        continue;
      }
      this.#read(byte, this.#at + index);
    }
    this.#at += bytes.length;
  }

  /** Must be called after the last byte. `whole` is all that was read. Throws a Refusal when the text is not complete. */
  end(whole: Buffer): void {
    // A number at the top ends with the text.
    if (this.#isNumber()) this.#endNumber(this.#at);
    if (this.#state !== after || this.#isObject.length > 0) throw notJson('it ends too early');
    for (const { from, to } of this.#large) {
      if (!Number.isFinite(Number(whole.toString('latin1', from, to)))) {
        throw new Refusal('invalid_json', 'the request body holds a number outside the range of a double');
      }
    }
  }

  #read(byte: number, at: number): void {
    const state = this.#state;
    if (state === string) this.#inString(byte, at);
    else if (state === escaped) this.#afterBackslash(byte);
    else if (state === hex) this.#inHex(byte);
    else if (state === literal) this.#inLiteral(byte, at);
    else if (state >= minus) this.#inNumber(byte, at);
    else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) this.#betweenTokens(byte, at);
  }

  #betweenTokens(byte: number, at: number): void {
    const state = this.#state;
    if (state === after) this.#afterValue(byte, at);
    else if (state === colon) {
      if (byte !== 0x3a) throw unexpected(byte, at);
      this.#state = value;
    } else if (state === keyOrEnd || state === key) {
      if (byte === 0x22) this.#beginKey();
      else if (byte === 0x7d && state === keyOrEnd) this.#close(true, at);
      else throw unexpected(byte, at);
    } else if (byte === 0x5d && state === valueOrEnd) this.#close(false, at);
    else {
      if (state === valueOrEnd) this.#count();
      this.#beginValue(byte, at);
    }
  }

  #beginKey(): void {
    this.#count();
    this.#isKey = true;
    this.#matched = this.#freeFrom < 0 && this.#isObject.length <= freeDepth ? 0 : -1;
    this.#state = string;
  }

  #matchKey(byte: number): void {
    if (this.#matched >= 0) this.#matched = byte === freeName.charCodeAt(this.#matched) ? this.#matched + 1 : -1;
  }

  #beginValue(byte: number, at: number): void {
    if (this.#isFreeNext) {
      this.#isFreeNext = false;
      this.#freeFrom = at;
      this.#freeDepth = this.#isObject.length;
    }
    if (byte === 0x22) {
      this.#isKey = false;
      this.#state = string;
    } else if (byte === 0x7b || byte === 0x5b) this.#open(byte === 0x7b);
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      this.#numberFrom = at;
      this.#hasExponent = false;
      this.#state = byte === 0x2d ? minus : byte === 0x30 ? zero : int;
    } else {
      const expected = literals[byte];
      if (expected === undefined) throw unexpected(byte, at);
      this.#literal = expected;
      this.#literalAt = 1;
      this.#state = literal;
    }
  }

  #open(isObject: boolean): void {
    // What is around a free value is never deep; the value itself is counted by its own depth.
    const depth = this.#isObject.length - (this.#freeFrom < 0 ? 0 : this.#freeDepth);
    if (depth >= this.#bounds.depth)
      throw new Refusal('invalid_json', `the request body is nested deeper than ${this.#bounds.depth}`);
    this.#isObject.push(isObject);
    this.#state = isObject ? keyOrEnd : valueOrEnd;
  }

  #close(isObject: boolean, at: number): void {
    if (this.#isObject.pop() !== isObject) throw unexpected(isObject ? 0x7d : 0x5d, at);
    this.#endValue(at + 1);
  }

  /** `to` is the byte after the value. */
  #endValue(to: number): void {
    this.#state = after;
    if (this.#freeFrom < 0 || this.#isObject.length > this.#freeDepth) return;
    this.free.push({ from: this.#freeFrom, to });
    this.#freeFrom = -1;
  }

  #afterValue(byte: number, at: number): void {
    const isObject = this.#isObject.at(-1);
    if (byte === 0x2c && isObject !== undefined) {
      if (!isObject) this.#count();
      this.#state = isObject ? key : value;
    } else if (byte === 0x7d || byte === 0x5d) this.#close(byte === 0x7d, at);
    else throw unexpected(byte, at);
  }

  #count(): void {
    if (this.#freeFrom >= 0) return;
    this.#members += 1;
    if (this.#members > this.#bounds.members) {
      const most = this.#bounds.members.toLocaleString('en-US');
      throw new Refusal('invalid_input', `the request body has more than ${most} fields and entries besides \`json\``);
    }
  }

  #inString(byte: number, at: number): void {
    if (byte === 0x5c) {
      this.#matched = -1;
      this.#state = escaped;
      return;
    }
    if (byte !== 0x22) throw notJson(`a control character in a text, at byte ${at}`);
    if (this.#highSurrogate) throw loneSurrogate();
    if (this.#isKey) {
      this.#isFreeNext = this.#matched === freeName.length;
      this.#state = colon;
    } else this.#endValue(at + 1);
  }

  #afterBackslash(byte: number): void {
    if (byte === 0x75) {
      this.#hexLeft = 4;
      this.#code = 0;
      this.#state = hex;
      return;
    }
    if (!'"\\/bfnrt'.includes(String.fromCharCode(byte))) throw notJson('an unknown escaped in a text');
    if (this.#highSurrogate) throw loneSurrogate();
    this.#state = string;
  }

  #inHex(byte: number): void {
    const digit = Number.parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) throw notJson('an unknown escaped in a text');
    this.#code = this.#code * 16 + digit;
    this.#hexLeft -= 1;
    if (this.#hexLeft > 0) return;
    const isLow = this.#code >= 0xdc00 && this.#code <= 0xdfff;
    if (isLow !== this.#highSurrogate) throw loneSurrogate();
    this.#highSurrogate = this.#code >= 0xd800 && this.#code <= 0xdbff;
    if (this.#code === 0) throw new Refusal('invalid_text', 'the request body holds U+0000, which cannot be stored');
    this.#state = string;
  }

  #inLiteral(byte: number, at: number): void {
    if (byte !== this.#literal.charCodeAt(this.#literalAt)) throw unexpected(byte, at);
    this.#literalAt += 1;
    if (this.#literalAt === this.#literal.length) this.#endValue(at + 1);
  }

  #inNumber(byte: number, at: number): void {
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const state = this.#state;
    if (isDigit) {
      if (state === zero) throw notJson('a number with a leading zero');
      if (state === minus) this.#state = byte === 0x30 ? zero : int;
      else if (state === dot) this.#state = fraction;
      else if (state === exponent || state === exponentSign) this.#state = exponentDigits;
      return;
    }
    if (byte === 0x2e && (state === zero || state === int)) {
      this.#state = dot;
      return;
    }
    if ((byte === 0x65 || byte === 0x45) && (state === zero || state === int || state === fraction)) {
      this.#hasExponent = true;
      this.#state = exponent;
      return;
    }
    if ((byte === 0x2b || byte === 0x2d) && state === exponent) {
      this.#state = exponentSign;
      return;
    }
    if (!this.#isNumber()) throw unexpected(byte, at);
    this.#endNumber(at);
    this.#read(byte, at);
  }

  /** True when a number could end here. */
  #isNumber(): boolean {
    const state = this.#state;
    return state === zero || state === int || state === fraction || state === exponentDigits;
  }

  #endNumber(to: number): void {
    const from = this.#numberFrom;
    if (this.#hasExponent || to - from > 300) this.#large.push({ from, to });
    this.#endValue(to);
  }
}

function notJson(why: string): Refusal {
  return new Refusal('invalid_json', `the request body is not JSON: ${why}`);
}

function unexpected(byte: number, at: number): Refusal {
  const shown = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `0x${byte.toString(16)}`;
  return notJson(`${shown} at byte ${at} is not expected there`);
}

function loneSurrogate(): Refusal {
  return new Refusal('invalid_text', 'the request body holds a lone surrogate, which is no character');
}
