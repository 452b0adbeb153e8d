type Headers = readonly (readonly [name: string, value: string])[];

/** The content codings that Ringback decodes. */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

const known = new Map<string, Coding>([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
]);

/** The most codings of one body that are decoded. No honest server applies more, and each one costs a pass. */
const mostCodings = 4;

/** Returns true if the headers of a request name the encodings that its caller wants. Names may be in any case. */
export function asksForEncoding(headers: Headers): boolean {
  return headers.some(([name]) => name.toLowerCase() === 'accept-encoding');
}

/**
 * Returns the codings of a body in the order in which they were applied, in lower case, without `identity`. Header names
 * must be in lower case.
 */
export function contentCodings(headers: Headers): string[] {
  const codings: string[] = [];
  for (const [name, value] of headers) {
    if (name !== 'content-encoding') continue;
    for (const part of value.split(',')) {
      const coding = part.trim().toLowerCase();
      if (coding !== '' && coding !== 'identity') codings.push(coding);
    }
  }
  return codings;
}

/** Returns the codings to decode, the last applied one first; null if one of them is unknown or they are too many. */
export function decodable(codings: readonly string[]): Coding[] | null {
  if (codings.length > mostCodings) return null;
  const steps: Coding[] = [];
  for (const coding of codings) {
    const step = known.get(coding);
    if (step === undefined) return null;
    steps.unshift(step);
  }
  return steps;
}
