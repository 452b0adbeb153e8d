import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CallbackErrorCode, handleCallback, type RingbackEvent, verifyCallback } from '#src/client/index.ts';
import { signerOf } from '#src/engine/deliver/signer.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const seconds = now / 1_000;
const body = JSON.stringify({ type: 'job.completed', timestamp: '2026-11-20T12:00:00.000Z', data: { note: 'Grüße' } });

type Pair = { privateKey: KeyObject; publicKey: string };

function makePair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { privateKey, publicKey: `whpk_${Buffer.from(x, 'base64url').toString('base64')}` };
}

const content = (text: string, id: string, at: number) => Buffer.from(`${id}.${at}.${text}`);
const signedBy = ({ privateKey }: Pair, text = body, id = 'evt_1', at = seconds) =>
  `v1a,${sign(null, content(text, id, at), privateKey).toString('base64')}`;
const signedWith = (secret: string, text = body) => {
  const { version, signature } = signerOf('v1', secret)(content(text, 'evt_1', seconds));
  return `${version},${signature}`;
};
const headersOf = (...signatures: string[]) => ({
  'webhook-id': 'evt_1',
  'webhook-timestamp': String(seconds),
  'webhook-signature': signatures.join(' '),
});

async function codeOf(verifying: Promise<RingbackEvent>): Promise<CallbackErrorCode | 'believed'> {
  return verifying.then(
    () => 'believed' as const,
    (error: { code: CallbackErrorCode }) => error.code,
  );
}

const verify = (headers: Record<string, string>, secrets: string | string[], text = body) =>
  codeOf(verifyCallback({ headers, body: text }, secrets, { now }));

const pair = makePair();
const other = makePair();
const secret = `whsec_${randomBytes(32).toString('base64')}`;

describe('published signatures', () => {
  it('of Standard Webhooks are believed, and one of a changed body is not', async () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature':
        'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    };
    // The published private key is seed and public key, one after the other.
    const key = Buffer.from(
      '6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
      'base64',
    ).subarray(32);
    const codeFor = (text: string) =>
      codeOf(verifyCallback({ headers, body: text }, `whpk_${key.toString('base64')}`, { now: 1_614_265_330_000 }));
    // It is signed and no event of ours: this code comes after the signature's check.
    expect(await codeFor('{"test": 2432232314}')).toBe('body_not_json');
    expect(await codeFor('{"test": 2432232315}')).toBe('no_matching_signature');
  });
});

describe('a callback signed with ed25519', () => {
  it('is believed by its public key and by no other', async () => {
    const event = await verifyCallback({ headers: headersOf(signedBy(pair)), body }, pair.publicKey, { now });
    expect(event).toMatchObject({ id: 'evt_1', type: 'job.completed' });
    expect(await verify(headersOf(signedBy(pair)), other.publicKey)).toBe('no_matching_signature');
  });

  it('is refused when its body, id or time was changed, or the signature is too short or long', async () => {
    const headers = headersOf(signedBy(pair));
    const refused = 'no_matching_signature';
    expect(await verify(headers, pair.publicKey, `${body} `)).toBe(refused);
    expect(await verify({ ...headers, 'webhook-id': 'evt_2' }, pair.publicKey)).toBe(refused);
    expect(await verify({ ...headers, 'webhook-timestamp': String(seconds - 1) }, pair.publicKey)).toBe(refused);
    const bytes = Buffer.from(signedBy(pair).slice('v1a,'.length), 'base64');
    for (const wrong of [bytes.subarray(1), Buffer.concat([bytes, Buffer.alloc(1)]), Buffer.alloc(64), Buffer.alloc(0)])
      expect(await verify(headersOf(`v1a,${wrong.toString('base64')}`), pair.publicKey)).toBe(refused);
    expect(await verify(headersOf(signedBy(pair, body, 'evt_1', seconds - 301)), pair.publicKey)).toBe(refused);
  });

  it('is too old for replaying, as any other', async () => {
    const at = seconds - 301;
    const headers = { ...headersOf(signedBy(pair, body, 'evt_1', at)), 'webhook-timestamp': String(at) };
    expect(await verify(headers, pair.publicKey)).toBe('too_old');
  });

  it('counts under its own version only', async () => {
    expect(await verify(headersOf(signedBy(pair).replace('v1a,', 'v1,')), pair.publicKey)).toBe(
      'no_matching_signature',
    );
    expect(await verify(headersOf(signedWith(secret).replace('v1,', 'v1a,')), secret)).toBe('no_matching_signature');
  });
});

describe('secrets and public keys in one list', () => {
  it('believe what any of them signed, in any order and beside what is unknown', async () => {
    const lists = [
      [secret, pair.publicKey],
      [pair.publicKey, secret],
      `${other.publicKey}, ${pair.publicKey},${secret}`,
    ];
    const unknown = ['v2,AAAA', 'v1a,!!!', signedBy(makePair())];
    for (const list of lists) {
      expect(await verify(headersOf(...unknown, signedBy(pair)), list)).toBe('believed');
      expect(await verify(headersOf(...unknown, signedWith(secret)), list)).toBe('believed');
      expect(await verify(headersOf(signedWith(secret), signedBy(other), signedBy(pair)), list)).toBe('believed');
      expect(await verify(headersOf(...unknown), list)).toBe('no_matching_signature');
    }
  });

  it('do not let one sign that knows only the public key', async () => {
    const asSecret = pair.publicKey.replace('whpk_', 'whsec_');
    expect(await verify(headersOf(signedWith(asSecret)), [pair.publicKey, secret])).toBe('no_matching_signature');
  });

  it('are refused where one is no key, or the private half', async () => {
    const short = `whpk_${Buffer.alloc(31, 1).toString('base64')}`;
    const long = `whpk_${Buffer.alloc(33, 1).toString('base64')}`;
    for (const wrong of [short, long, 'whpk_', 'whpk_%%%', pair.publicKey.replace('whpk_', 'whsk_')])
      expect(await verify(headersOf(signedBy(pair)), [pair.publicKey, wrong]), wrong).toBe('bad_secret');
  });

  it('look at no more public signatures than are ever sent', async () => {
    const flood = Array.from({ length: 10 }, () => signedBy(other));
    expect(await verify(headersOf(...flood.slice(1), signedBy(pair)), pair.publicKey)).toBe('believed');
    expect(await verify(headersOf(...flood, signedBy(pair)), pair.publicKey)).toBe('no_matching_signature');
  });

  it('go into a receiver as well', async () => {
    const seen: string[] = [];
    const on = { 'job.completed': () => void seen.push('ran') };
    const given = { now, secrets: pair.publicKey, on, onRefused: () => void seen.push('refused') };
    const good = await handleCallback({ headers: headersOf(signedBy(pair)), body }, given, undefined);
    const bad = await handleCallback({ headers: headersOf(signedBy(other)), body }, given, undefined);
    expect([good.status, bad.status, seen]).toEqual([204, 401, ['ran', 'refused']]);
  });
});
