import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { renewSeals } from '#src/server/sign-in/first-start.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

const url = 'http://127.0.0.1:19999/pay';
const bodyOf = (pin: string) => JSON.stringify({ pin });
const job = (key: string, pin: string, more: object = {}) => ({
  url,
  json: { pin },
  redact: { body: ['/pin'] },
  idempotencyKey: key,
  ...more,
});
const submit = async (input: object) => (await ringback.call<SubmittedJob>('jobs.submit', input)).body;

async function stored(key: string): Promise<Buffer> {
  const { rows } = await ringback.db.pool.query<{ fingerprint: Buffer }>(
    'select fingerprint from idempotency_key where key = $1',
    [key],
  );
  return rows[0]?.fingerprint ?? Buffer.alloc(0);
}
const store = (key: string, fingerprint: Buffer) =>
  ringback.db.pool.query('update idempotency_key set fingerprint = $2 where key = $1', [key, fingerprint]);

/** The hash that was stored before it was keyed. */
const plain = (pin: string) =>
  createHash('sha256')
    .update(JSON.stringify(['POST', url, 'application/json']))
    .update('\n')
    .update(bodyOf(pin))
    .digest();

/** Checks that a key leads to the job of this pin and refuses another one. */
async function expectToTellApart(key: string, pin: string): Promise<void> {
  expect((await submit(job(key, pin))).result.data.replayed).toBe(true);
  expect((await submit(job(key, `${pin}9`))).error.data.code).toBe('idempotency_conflict');
}

it('a short secret cannot be guessed from what is stored beside an idempotency key', async () => {
  await submit(job('pin', '4711'));
  const fingerprint = await stored('pin');
  expect(fingerprint.byteLength).toBeGreaterThan(31);
  const guesses = Array.from({ length: 10_000 }, (_, pin) => plain(String(pin).padStart(4, '0')));
  expect(guesses.some((guess) => fingerprint.includes(guess))).toBe(false);
  await submit(job('other pin', '4711'));
  expect(await stored('other pin')).not.toEqual(fingerprint);
  await expectToTellApart('pin', '4711');
});

it('is told apart as before by the hash that was stored before, which is replaced at a start', async () => {
  await submit(job('before', '1234'));
  await store('before', plain('1234'));
  await expectToTellApart('before', '1234');
  await renewSeals(ringback.config);
  expect((await stored('before')).includes(plain('1234'))).toBe(false);
  expect((await stored('before')).byteLength).toBeGreaterThan(32);
  await expectToTellApart('before', '1234');
});

it('made with an older key of the ring is told apart still', async () => {
  await submit(job('older', '1234'));
  const projectId = (await ringback.db.pool.query<{ project_id: string }>(`select project_id from idempotency_key`))
    .rows[0]?.project_id;
  const context = `idempotency_key:${projectId} older`;
  const [current] = ringback.config.encryptionKeys;
  const newer = { id: 'newer', key: randomBytes(32) };
  const rotated = makeCipher([newer, ...ringback.config.encryptionKeys]);
  const fingerprint = await stored('older');
  expect(rotated.isFingerprint(fingerprint, plain('1234'), context)).toBe(true);
  expect(rotated.isFingerprint(fingerprint, plain('1235'), context)).toBe(false);
  expect(makeCipher([newer]).isFingerprint(fingerprint, plain('1234'), context)).toBe(null);
  expect(current?.id).not.toBe('newer');

  // A process that has not got the newer key yet compares what is shown of the job.
  await store('older', rotated.fingerprint(plain('1234'), context));
  expect((await submit(job('older', '1234'))).result.data.replayed).toBe(true);
  for (const more of [{ url: `${url}?x=1` }, { method: 'PUT' }, { headers: { 'content-type': 'text/json' } }])
    expect((await submit(job('older', '1234', more))).error.data.code).toBe('idempotency_conflict');
});
