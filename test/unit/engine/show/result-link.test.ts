import { createHmac, hkdfSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { formatId } from '#src/domain/text/id.ts';
import { checkResultLink, resultUrl } from '#src/engine/show/result-link.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';

const uuid = '01938a3e-5c00-7000-8000-000000000001';
const id = formatId('job', uuid);
const expiresAt = new Date('2026-11-21T00:00:00.250Z');
const nowMs = Date.parse('2026-11-20T00:00:00Z');
const keys = { old: Buffer.alloc(32, 1), new: Buffer.alloc(32, 2), other: Buffer.alloc(32, 3) };
const depsOf = (...ids: (keyof typeof keys)[]) => ({
  publicUrl: 'https://ringback.example.com',
  cipher: makeCipher(ids.map((id) => ({ id, key: keys[id] }))),
  now: () => nowMs,
});

function linkBy(deps: ReturnType<typeof depsOf>) {
  const { searchParams } = new URL(resultUrl(uuid, expiresAt, deps));
  return { expires: searchParams.get('expires'), signature: searchParams.get('signature') };
}

it('a link is the HMAC of job and expiry, under a key of its own', () => {
  const key = Buffer.from(hkdfSync('sha256', keys.old, '', 'ringback signing', 32));
  const signature = createHmac('sha256', key).update(`result ${id} 1795219201`).digest('base64url');
  const url = `https://ringback.example.com/v1/jobs/${id}/result?expires=1795219201&signature=${signature}`;
  expect(resultUrl(uuid, expiresAt, depsOf('old'))).toBe(url);
});

it('the same job has the same link each time', () => {
  expect(resultUrl(uuid, expiresAt, depsOf('old'))).toBe(resultUrl(uuid, expiresAt, depsOf('old', 'new')));
});

it('while keys are exchanged a link of either is taken; afterwards only one of the new', () => {
  const [before, during, after] = [depsOf('old'), depsOf('new', 'old'), depsOf('new')];
  for (const link of [linkBy(before), linkBy(during)]) expect(() => checkResultLink(id, link, during)).not.toThrow();
  expect(() => checkResultLink(id, linkBy(during), after)).not.toThrow();
  expect(() => checkResultLink(id, linkBy(before), after)).toThrow(expect.objectContaining({ code: 'invalid_link' }));
});

it('a link with any letter changed, or for another job or time, is refused', () => {
  const deps = depsOf('old');
  const link = linkBy(deps);
  const signature = link.signature ?? '';
  const refused = expect.objectContaining({ code: 'invalid_link' });
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (let at = 0; at < signature.length; at++) {
    // The very next letter: at the end it stands for the same bytes.
    const letter = alphabet[(alphabet.indexOf(signature[at] ?? '') + 1) % 64];
    const changed = signature.slice(0, at) + letter + signature.slice(at + 1);
    expect(() => checkResultLink(id, { ...link, signature: changed }, deps), `letter ${at}`).toThrow(refused);
  }
  const others = ['', `${signature}=`, signature.slice(1), `${signature} `, linkBy(depsOf('other')).signature, null];
  for (const other of others) expect(() => checkResultLink(id, { ...link, signature: other }, deps)).toThrow(refused);
  for (const expires of ['1795219202', '01795219201', '1795219201.0', 'never', '', null])
    expect(() => checkResultLink(id, { ...link, expires }, deps)).toThrow(refused);
  const another = formatId('job', uuid.replace(/1$/, '2'));
  expect(() => checkResultLink(another, link, deps)).toThrow(refused);
});

it('a link whose time is over says so, and one of a changed time does not', () => {
  const late = { ...depsOf('old'), now: () => 1_795_219_201_000 };
  const link = linkBy(late);
  expect(() => checkResultLink(id, link, late)).toThrow(expect.objectContaining({ code: 'result_expired' }));
  expect(() => checkResultLink(id, link, { ...late, now: () => 1_795_219_200_999 })).not.toThrow();
});
