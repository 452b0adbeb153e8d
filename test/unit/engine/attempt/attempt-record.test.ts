import { expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { attemptRecord } from '#src/engine/attempt/attempt-record.ts';

const timings = { dnsMs: 1, connectMs: 1, tlsMs: null, firstByteMs: 5, bodyMs: 1, totalMs: 8 };

function record(body: string, more: Partial<Extract<Outcome, { kind: 'response' }>> = {}, response: string[] = []) {
  const outcome = { kind: 'response', status: 500, headers: [], truncated: false, redirects: [], timings } as const;
  return attemptRecord({
    ownerId: '01938a3e-5c00-7000-8000-000000000001',
    n: 1,
    startedAt: new Date(0),
    endedAt: new Date(8),
    worker: 'test',
    outcome: { ...outcome, headers: [], redirects: [], remoteAddress: null, body: Buffer.from(body), ...more },
    decision: null,
    redact: { query: [], response },
    keepBody: true,
  });
}

/** What readers take for "its beginning only". */
const isCut = ({ body, bodySize }: ReturnType<typeof record>) => (bodySize ?? 0) > (body?.byteLength ?? 0);

it('a short answer is whole, also when masking made it shorter or longer', () => {
  expect(isCut(record('short'))).toBe(false);
  const long = record(JSON.stringify({ token: 't'.repeat(900) }), {}, ['/token']);
  expect(long.body?.toString()).toBe('{"token":"********"}');
  expect(isCut(long)).toBe(false);
  expect(isCut(record(JSON.stringify({ token: 't' }), {}, ['/token']))).toBe(false);
});

it('a long answer is cut, and so is one whose end was not read', () => {
  expect(record('x'.repeat(20_000))).toMatchObject({ bodySize: 20_000, body: Buffer.alloc(16_384, 'x') });
  const headers: [string, string][] = [['content-length', '70000']];
  expect(record('x'.repeat(16_385), { truncated: true, headers })).toMatchObject({ bodySize: 70_000 });
  expect(record('x'.repeat(16_385), { truncated: true })).toMatchObject({ bodySize: 16_385 });
});

it('a length that is a lie or too large for the table does no harm', () => {
  for (const length of ['-1', 'many', '1e9', '', '9'.repeat(20)])
    expect(record('x'.repeat(16_385), { truncated: true, headers: [['content-length', length]] }).bodySize).toBe(
      16_385,
    );
  const huge = record('x'.repeat(16_385), { truncated: true, headers: [['content-length', '999999999999']] });
  expect(huge.bodySize).toBe(2_147_483_647);
  expect(record('whole', { headers: [['content-length', '70000']] }).bodySize).toBe(5);
});

it('masking keeps all other bytes of a body that is not UTF-8', () => {
  const body = Buffer.from('{"token":"t\xe9","name":"caf\xe9"}', 'latin1');
  const { body: shown } = record('', { body }, ['/token']);
  expect(Buffer.from(shown ?? []).toString('latin1')).toBe('{"token":"********","name":"caf\xe9"}');
});
