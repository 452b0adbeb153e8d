import { createHmac, createPrivateKey, sign } from 'node:crypto';
import fc from 'fast-check';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '#src/domain/text/base64.ts';
import {
  decodeSecret,
  formatSignatures,
  isWithinTolerance,
  parseSignatureHeader,
  parseTimestampHeader,
  signedContent,
} from '#src/domain/text/signature.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = 1_614_265_330;
const body = new TextEncoder().encode('{"test": 2432232314}');

function hmac(key: string, of: Uint8Array): string {
  return createHmac('sha256', decodeSecret(key) ?? '')
    .update(of)
    .digest('base64');
}

describe('what is signed', () => {
  it('gives the published v1 signature', () => {
    const signature = hmac(secret, signedContent(id, timestamp, body));
    expect(formatSignatures([signature])).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('gives the published v1a signature', () => {
    const pair = decodeSecret(
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
    );
    const seed = Buffer.from(pair ?? []).subarray(0, 32);
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const signature = sign(null, signedContent(id, timestamp, body), key).toString('base64');
    expect(formatSignatures([{ version: 'v1a', signature }])).toBe(
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    );
  });

  it('is accepted by the official libraries, for one secret of several', () => {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ type: 'job.completed', data: value });
        const content = signedContent('evt_1', nowSeconds, new TextEncoder().encode(text));
        const headers = {
          'webhook-id': 'evt_1',
          'webhook-timestamp': String(nowSeconds),
          'webhook-signature': formatSignatures([hmac(other, content), hmac(secret, content)]),
        };
        for (const Verifier of [Standard, Svix]) {
          expect(() => new Verifier(secret).verify(text, headers)).not.toThrow();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the body’s bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(Buffer.from(signedContent('a', 1, bytes))).toEqual(Buffer.concat([Buffer.from('a.1.'), bytes]));
      }),
    );
  });
});

describe('signature headers', () => {
  it('are read entry by entry, unknown versions included', () => {
    expect(parseSignatureHeader('v1,abc= v2,x v1a,d,e  junk v1, ,v')).toEqual([
      { version: 'v1', signature: 'abc=' },
      { version: 'v2', signature: 'x' },
      { version: 'v1a', signature: 'd,e' },
    ]);
    expect(parseSignatureHeader('')).toEqual([]);
  });

  it.each(['', 'abc', '1.5', '-1', '1e9', ' 1'])('have no timestamp "%s"', (text) => {
    expect(parseTimestampHeader(text)).toBeNull();
  });

  it('may be five minutes old or early, and no more', () => {
    const nowMs = timestamp * 1_000 + 999;
    expect([-301, -300, 0, 300, 301].map((apart) => isWithinTolerance(timestamp + apart, nowMs))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('secrets', () => {
  it('are read with or without their prefix', () => {
    expect(decodeSecret(secret)).toEqual(decodeSecret(secret.slice(6)));
    expect(decodeSecret(secret)).toHaveLength(24);
  });

  it.each(['', 'whsec_', 'whsec_!!!!', 'whsec_abcde', 'whsec_ab cd', 'whsec_YWJj=', 'whsec_Y'])(
    'are not read from "%s"',
    (text) => {
      expect(decodeSecret(text)).toBeNull();
    },
  );

  it('are decoded as Node decodes base64, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(decodeBase64(text)).toEqual(bytes);
        expect(decodeBase64(text.replace(/=+$/, ''))).toEqual(bytes);
      }),
    );
  });
});
