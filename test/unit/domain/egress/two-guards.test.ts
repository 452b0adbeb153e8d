import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addressVerdict, strictEgress } from '#src/domain/egress/ip-range.ts';
import { checkTargetUrl } from '#src/domain/egress/target-url.ts';
import { referenceAllows } from './reference-guard.ts';

const total = 1_000_000;

/** A generator of 32 random bits (mulberry32), the same in every run. */
function randomBits(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const bits = randomBits(20_261_129);
const below = (most: number) => bits() % most;
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

/** First addresses of ranges, allowed and refused, of which the neighbours are tried too. */
const borders4 = [
  ...[0x00000000, 0x01000000, 0x0a000000, 0x0b000000, 0x64400000, 0x64646464, 0x64800000, 0x7f000000, 0x80000000],
  ...[0xa83f8110, 0xa9fe0000, 0xa9fea9fe, 0xa9ff0000, 0xac100000, 0xac200000, 0xc0000000, 0xc0000100, 0xc0000200],
  ...[0xc0000300, 0xc01fc400, 0xc01fc500, 0xc034c100, 0xc034c200, 0xc0586300, 0xc0586400, 0xc0a80000, 0xc0a90000],
  ...[0xc0af3000, 0xc0af3100, 0xc6120000, 0xc6140000, 0xc6336400, 0xc6336500, 0xcb007100, 0xcb007200, 0xe0000000],
  ...[0xf0000000, 0xffffffff, 0x08080808, 0x5db8d822],
];

/** Prefixes as groups; the rest of the address is random, zero, or all ones. */
const prefixes6: number[][] = [
  ...[[], [0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0xffff], [0, 0, 0, 0, 0xffff, 0], [0x64, 0xff9b, 0, 0, 0, 0]],
  ...[[0x64, 0xff9b, 1], [0x64, 0xff9b, 2], [0x100, 0, 0, 0], [0x100, 0, 0, 1], [0x1fff], [0x2000], [0x2001, 0]],
  ...[
    [0x2001, 1],
    [0x2001, 2, 0],
    [0x2001, 0x10],
    [0x2001, 0x20],
    [0x2001, 0x30],
    [0x2001, 0x1ff],
    [0x2001, 0x200],
  ],
  ...[[0x2001, 0xdb7], [0x2001, 0xdb8], [0x2001, 0xdb9], [0x2001, 0x4860], [0x2002], [0x2003], [0x2606, 0x4700]],
  ...[
    [0x2620, 0x4f, 0x7fff],
    [0x2620, 0x4f, 0x8000],
    [0x2620, 0x4f, 0x8001],
    [0x2a00, 0x1450],
    [0x3ffe, 0xffff],
  ],
  ...[[0x3fff, 0], [0x3fff, 0x0fff], [0x3fff, 0x1000], [0x3fff, 0xffff], [0x4000], [0x5f00], [0x5f01], [0xfbff]],
  ...[[0xfc00], [0xfd00, 0xec2], [0xfdff], [0xfe00], [0xfe80], [0xfebf], [0xfec0], [0xfeff], [0xff00], [0xff02]],
  ...[
    [0x2606, 0x4700, 0, 0, 0, 0x5efe],
    [0x2606, 0x4700, 0, 0, 0x200, 0x5efe],
    [0x2606, 0x4700, 0, 0, 0x100, 0x5efe],
  ],
];

function value4(): number {
  const kind = below(4);
  if (kind === 0) return bits();
  const border = pick(borders4);
  return (
    (kind === 1 ? border + below(5) - 2 : kind === 2 ? border ^ (1 << below(32)) : border ^ (bits() & 0xffff)) >>> 0
  );
}

const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');

function groups6(): number[] {
  const groups = [...pick(prefixes6)];
  const fill = below(3);
  // The last 32 bits are mostly an IPv4 address of interest, as in the forms that carry one.
  while (groups.length < 6) groups.push(fill === 0 ? 0 : fill === 1 ? 0xffff : bits() & 0xffff);
  if (groups[0] === 0x2002 && below(2) === 0) groups.splice(1, 2, ...halves(value4()));
  groups.push(...halves(value4()));
  const at = below(128);
  if (below(4) === 0) groups[at >> 4] = (groups[at >> 4] ?? 0) ^ (1 << (at & 15));
  return groups.slice(0, 8);
}

const halves = (value: number) => [value >>> 16, value & 0xffff];

/** Writes an IPv6 address in one of the many ways in which it may be written. */
function written6(groups: readonly number[]): string {
  const style = below(5);
  const pad = style === 1 ? 4 : 1;
  const parts = groups.map((group) => group.toString(16).padStart(pad, '0'));
  if (style === 2) return parts.join(':').toUpperCase();
  if (style === 3) {
    const value = (((groups[6] ?? 0) << 16) | (groups[7] ?? 0)) >>> 0;
    return `${parts.slice(0, 6).join(':')}:${dotted(value)}`;
  }
  return style === 4 ? parts.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::') : parts.join(':');
}

/** Spellings that some parsers take for an address: octal, hexadecimal, short, one number, zones, brackets, spaces. */
function odd(): string {
  const value = value4();
  const parts = dotted(value).split('.');
  const [a = '', b = '', c = '', d = ''] = parts;
  const six = written6(groups6());
  return pick([
    () => `0${Number(a).toString(8)}.${b}.${c}.${d}`,
    () => `0x${Number(a).toString(16)}.${b}.${c}.${d}`,
    () => `0x${value.toString(16)}`,
    () => String(value),
    () => `${a}.${Number(b) * 65_536 + Number(c) * 256 + Number(d)}`,
    () => `${a}.${b}.${Number(c) * 256 + Number(d)}`,
    () => `${a}.${b}.${c}.${d}.`,
    () => `${a}.${b}.${c}.${d}.${a}`,
    () => `${a}.${b}.${c}.${Number(d) + 256}`,
    () => `0${a}.${b}.${c}.0${d}`,
    () => ` ${a}.${b}.${c}.${d}`,
    () => `${six}%eth0`,
    () => `[${six}]`,
    () => `${six}:1`,
    () => `${six}/128`,
    () => six.slice(0, -1),
    () => `::ffff:${a}.${b}.${c}`,
    () => `::ffff:0${a}.${b}.${c}.${d}`,
  ])();
}

describe('two guards that were written apart', () => {
  it(`agree on ${total.toLocaleString('en-US')} addresses`, () => {
    const apart: string[] = [];
    const seen = { allowed4: 0, refused4: 0, allowed6: 0, refused6: 0, none: 0 };
    for (let n = 0; n < total; n++) {
      const kind = n % 10;
      const text = kind < 4 ? dotted(value4()) : kind < 9 ? written6(groups6()) : odd();
      const { allowed } = addressVerdict(text, strictEgress);
      if (allowed !== referenceAllows(text) && apart.length < 20) apart.push(`${text} allowed: ${allowed}`);
      const version = isIP(text);
      if (version === 0) seen.none += 1;
      else seen[`${allowed ? 'allowed' : 'refused'}${version as 4 | 6}`] += 1;
    }
    expect(apart).toEqual([]);
    // The generator is worth something only if it reaches both sides.
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(20_000);
  });

  it('agree on URLs with odd spellings, which the URL parser turns into addresses', () => {
    const apart: string[] = [];
    let read = 0;
    for (let n = 0; n < 100_000; n++) {
      const spelled = n % 2 === 0 ? odd().trim() : written6(groups6());
      const text = `http://${spelled.includes(':') && !spelled.startsWith('[') ? `[${spelled}]` : spelled}/`;
      const host = URL.parse(text)?.hostname.replace(/^\[|\]$/g, '');
      // What is no address for the parser is a name, or nothing.
      if (host === undefined || isIP(host) === 0) continue;
      read += 1;
      const { ok } = checkTargetUrl(text, strictEgress);
      if (ok !== referenceAllows(host) && apart.length < 20) apart.push(`${text} allowed: ${ok}`);
    }
    expect(apart).toEqual([]);
    expect(read).toBeGreaterThan(50_000);
  });
});
