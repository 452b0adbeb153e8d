import { randomUUID } from 'node:crypto';
import { isRecord } from '#src/contract/shape/shape.ts';
import { limits } from '#src/domain/limits.ts';
import { mayBeInexact, parseExactJson } from '#src/domain/text/exact-json.ts';
import { WrittenJson } from '#src/domain/text/written-json.ts';
import type { HttpRequest } from './http.ts';
import { JsonScan } from './json-scan.ts';

/** Bytes of a body up to which it is parsed whole. */
const wholeBytes = 65_536;
/** Fields and entries besides free values, in a call for one job or less, and in a batch. */
const members = { one: 10_000, batch: 250_000 };

/** Begins every stand-in. Nobody outside this process can know it. */
const mark = `lifted ${randomUUID()} `;

const lifted = new Map<string, WrittenJson>();
let count = 0;

/**
 * Reads a body that should be JSON. A large one is checked while it arrives, so that the event loop stays free. The values
 * of `json` are lifted out of a large one, and of one with numbers that a double cannot hold: the text has stand-ins for
 * them, which `withWritten` and `withParsed` exchange, and which are kept until the request is over. Throws a Refusal for a
 * body that is too large, or large and no JSON.
 */
export async function readLifted(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  const most = maxBytes > limits.jobInputBytes ? members.batch : members.one;
  const scan = new JsonScan({ depth: limits.jsonDepth, members: most });
  const early: Buffer[] = [];
  let size = 0;
  const body = await request.body(maxBytes, (chunk) => {
    size += chunk.byteLength;
    if (size <= wholeBytes) {
      early.push(chunk);
      return;
    }
    for (const one of early.splice(0)) scan.push(one);
    scan.push(chunk);
  });
  if (size > wholeBytes) scan.end(body);
  // A small body is parsed whole, unless that would change a number.
  else if (!mayBeInexact(body.toString('latin1')) || !isScanned(scan, body)) return body;
  return withStandIns(body, scan, request.signal);
}

/** Scans a small body. Returns false when something is wrong with it: its parser says so with the field. */
function isScanned(scan: JsonScan, body: Buffer): boolean {
  try {
    scan.push(body);
    scan.end(body);
    return true;
  } catch {
    return false;
  }
}

function withStandIns(body: Buffer, { free }: JsonScan, signal: AbortSignal): Buffer {
  const parts: Buffer[] = [];
  const names: string[] = [];
  let at = 0;
  for (const { from, to } of free) {
    const name = `${mark}${count++}`;
    names.push(name);
    lifted.set(name, new WrittenJson(body.subarray(from, to)));
    parts.push(body.subarray(at, from), Buffer.from(JSON.stringify(name)));
    at = to;
  }
  const forget = () => {
    for (const name of names) lifted.delete(name);
  };
  if (signal.aborted) forget();
  else signal.addEventListener('abort', forget, { once: true });
  return Buffer.concat([...parts, body.subarray(at)]);
}

/** Exchanges the stand-ins in a job, or in the jobs of a batch, for the values as they were written. */
export function withWritten(input: unknown): unknown {
  if (!isRecord(input)) return input;
  if ('json' in input) return { ...input, json: writtenAt(input.json) ?? input.json };
  return Array.isArray(input.jobs) ? { ...input, jobs: input.jobs.map(withWritten) } : input;
}

/** Exchanges the stand-in in the edits of a job, or in the job of a schedule, for the value itself. */
export function withParsed(input: unknown): unknown {
  if (!isRecord(input)) return input;
  for (const field of ['edits', 'job']) {
    const given = input[field];
    const written = isRecord(given) ? writtenAt(given.json) : null;
    if (isRecord(given) && written !== null)
      return { ...input, [field]: { ...given, json: parseExactJson(Buffer.from(written.bytes).toString()) } };
  }
  return input;
}

function writtenAt(value: unknown): WrittenJson | null {
  if (typeof value !== 'string' || !value.startsWith(mark)) return null;
  const found = lifted.get(value);
  if (!found) throw new Error('the values of this request can no longer be read, because the request has ended');
  return found;
}
