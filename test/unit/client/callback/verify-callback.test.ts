import { createHmac, randomBytes } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { type CallbackErrorCode, type JobEvent, verifyCallback } from '#src/client/index.ts';
import { formatSignatures, signedContent } from '#src/domain/text/signature.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const now = Date.parse('2026-11-20T12:00:00Z');
const seconds = now / 1_000;
const event = {
  type: 'job.completed',
  timestamp: '2026-11-20T11:59:59.000Z',
  data: { id: 'job_1', state: 'completed' },
};
const body = JSON.stringify({ ...event, note: 'Grüße, 你好 🌍' });

function sign(text: string | Uint8Array, by = secret, at = seconds, id = 'evt_1'): Record<string, string> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const key = Buffer.from(by.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key)
    .update(signedContent(id, at, bytes))
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': formatSignatures([signature]),
  };
}

async function codeOf(verifying: Promise<JobEvent>): Promise<CallbackErrorCode> {
  const error = await verifying.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'CallbackVerificationError' });
  return (error as { code: CallbackErrorCode }).code;
}

describe('a genuine callback', () => {
  it('is read into an event with its id', async () => {
    const read = await verifyCallback({ headers: sign(body), body }, secret, { now });
    expect(read).toEqual({ ...JSON.parse(body), id: 'evt_1' });
    if (read.type === 'job.completed') expect(read.data.state satisfies 'completed').toBe('completed');
  });

  it('may come with its body as text, bytes, a Buffer or an ArrayBuffer', async () => {
    const bytes = new TextEncoder().encode(body);
    for (const form of [body, bytes, Buffer.from(body), bytes.buffer]) {
      await expect(verifyCallback({ headers: sign(body), body: form }, secret, { now })).resolves.toMatchObject(event);
    }
  });

  it('may come with its headers in any form and case', async () => {
    const headers = sign(body);
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    for (const form of [headers, shouted, lists, new Headers(headers)]) {
      await expect(verifyCallback({ headers: form, body }, secret, { now })).resolves.toMatchObject(event);
    }
  });

  it('may be a Request, whose body the caller can still read', async () => {
    const request = new Request('https://app.test/hook', { method: 'POST', headers: sign(body), body });
    await expect(verifyCallback(request, secret, { now })).resolves.toMatchObject(event);
    await expect(request.text()).resolves.toBe(body);
  });

  it('is believed when any of its signatures fits any of the secrets', async () => {
    const other = `whsec_${randomBytes(24).toString('base64')}`;
    const headers = { ...sign(body) };
    headers['webhook-signature'] =
      `v1a,AAAA v2,x v1,!!! v1,c2hvcnQ= ${sign(body, other)['webhook-signature']} ${headers['webhook-signature']}`;
    await expect(
      verifyCallback({ headers, body }, [`whsec_${randomBytes(32).toString('base64')}`, secret], { now }),
    ).resolves.toMatchObject(event);
    await expect(verifyCallback({ headers, body }, [other], { now })).resolves.toMatchObject(event);
  });

  it('is believed with a secret that has no prefix, or a line break at its end', async () => {
    for (const form of [secret.slice('whsec_'.length), `${secret}\n`]) {
      await expect(verifyCallback({ headers: sign(body), body }, form, { now })).resolves.toMatchObject(event);
    }
  });
});

describe('agreement with other implementations', () => {
  it('verifies the example that Standard Webhooks publishes', async () => {
    const published = {
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: '{"test": 2432232314}',
    };
    const options = { now: 1_614_265_330_000 };
    // The signature is right and the body is no event of ours: this code comes after the signature's check.
    expect(await codeOf(verifyCallback(published, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', options))).toBe(
      'body_not_json',
    );
    expect(
      await codeOf(
        verifyCallback(
          { ...published, body: '{"test": 2432232315}' },
          'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
          options,
        ),
      ),
    ).toBe('no_matching_signature');
  });

  for (const [name, Oracle] of [
    ['standardwebhooks', StandardWebhook],
    ['svix', SvixWebhook],
  ] as const) {
    it(`believes what ${name} signs`, async () => {
      for (let round = 0; round < 20; round++) {
        const key = `whsec_${randomBytes(24 + round).toString('base64')}`;
        const text = JSON.stringify({ ...event, noise: randomBytes(round * 7).toString('base64') });
        const signature = new Oracle(key).sign('evt_2', new Date(now), text);
        const headers = { 'webhook-id': 'evt_2', 'webhook-timestamp': String(seconds), 'webhook-signature': signature };
        await expect(verifyCallback({ headers, body: text }, key, { now })).resolves.toMatchObject(event);
      }
    });

    it(`accepts and refuses as ${name} does`, async () => {
      const fresh = Math.floor(Date.now() / 1_000);
      const good = sign(body, secret, fresh);
      const cases: [headers: Record<string, string>, text: string][] = [
        [good, body],
        [good, `${body} `],
        [{ ...good, 'webhook-id': 'evt_9' }, body],
        [{ ...good, 'webhook-timestamp': String(fresh - 1) }, body],
        [{ ...good, 'webhook-signature': good['webhook-signature']?.replace('v1,', 'v2,') ?? '' }, body],
        [sign(body, `whsec_${randomBytes(32).toString('base64')}`, fresh), body],
        [sign(body, secret, fresh - 400), body],
        [sign(body, secret, fresh + 400), body],
      ];
      for (const [headers, text] of cases) {
        const theirs = attempt(() => new Oracle(secret).verify(text, headers));
        const ours = await verifyCallback({ headers, body: text }, secret).then(
          () => true,
          () => false,
        );
        expect([headers, ours]).toEqual([headers, theirs]);
      }
    });
  }
});

describe('a callback that must not be believed', () => {
  const verify = (
    headers: Record<string, string>,
    text: string | Uint8Array = body,
    secrets: string | string[] = secret,
  ) => codeOf(verifyCallback({ headers, body: text }, secrets, { now }));

  it('lacks a header', async () => {
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const { [name]: _, ...rest } = sign(body);
      expect(await verify(rest)).toBe('missing_header');
      expect(await verify({ ...rest, [name]: ' ' })).toBe('missing_header');
    }
  });

  it('has a time that is no number', async () => {
    for (const time of ['today', '1e9', '-5', '0x10', '12.5', '9'.repeat(400)]) {
      expect(await verify({ ...sign(body), 'webhook-timestamp': time })).toBe('bad_timestamp');
    }
  });

  it('was signed longer ago, or further ahead, than the tolerance', async () => {
    expect(await verify(sign(body, secret, seconds - 301))).toBe('too_old');
    expect(await verify(sign(body, secret, seconds + 301))).toBe('too_new');
    for (const at of [seconds - 300, seconds + 300]) {
      await expect(verifyCallback({ headers: sign(body, secret, at), body }, secret, { now })).resolves.toMatchObject(
        event,
      );
    }
    const strict = verifyCallback({ headers: sign(body, secret, seconds - 6), body }, secret, {
      now: new Date(now),
      toleranceSeconds: 5,
    });
    expect(await codeOf(strict)).toBe('too_old');
  });

  it('is refused when tolerance or time are no numbers, rather than believed', async () => {
    const headers = sign(body);
    await expect(verifyCallback({ headers, body }, secret, { now, toleranceSeconds: Number.NaN })).rejects.toThrow();
    await expect(verifyCallback({ headers, body }, secret, { now: Number.NaN })).rejects.toThrow();
  });

  it('was changed in its body, id or time', async () => {
    expect(await verify(sign(body), body.replace('job_1', 'job_2'))).toBe('no_matching_signature');
    expect(await verify({ ...sign(body), 'webhook-id': 'evt_2' })).toBe('no_matching_signature');
    expect(await verify({ ...sign(body), 'webhook-timestamp': String(seconds - 1) })).toBe('no_matching_signature');
    expect(await verify({ ...sign(body), 'webhook-signature': 'v1,' })).toBe('no_matching_signature');
  });

  it('meets a secret that is none', async () => {
    for (const secrets of ['', ' ', 'whsec_', 'whsec_%%%', [], [secret, '']]) {
      expect(await verify(sign(body), body, secrets)).toBe('bad_secret');
    }
    expect(await codeOf(verifyCallback({ headers: sign(body), body }, undefined as never, { now }))).toBe('bad_secret');
  });

  it('cannot be forged with a public key that is taken for a shared secret', async () => {
    const key = randomBytes(32).toString('base64');
    expect(await verify(sign(body, `whsec_${key}`), body, `whpk_${key}`)).toBe('no_matching_signature');
    expect(await verify(sign(body, `whsec_${key}`), body, `whsk_${key}`)).toBe('bad_secret');
  });

  it('is signed, but holds no event', async () => {
    for (const text of ['', 'null', '[]', '"x"', '{"type":1}', '{', Buffer.from([0x7b, 0xff, 0x7d])]) {
      expect(await verify(sign(text), text)).toBe('body_not_json');
    }
  });

  it('is longer than allowed, however it comes', async () => {
    const options = { now, maxBytes: 100 };
    const long = JSON.stringify({ ...event, pad: 'x'.repeat(200) });
    expect(await codeOf(verifyCallback({ headers: sign(long), body: long }, secret, options))).toBe('body_too_large');
    const request = new Request('https://app.test/', { method: 'POST', headers: sign(long), body: long });
    expect(await codeOf(verifyCallback(request, secret, options))).toBe('body_too_large');
    const announced = new Request('https://app.test/', {
      method: 'POST',
      headers: { ...sign(long), 'content-length': '201' },
      body: long,
    });
    expect(await codeOf(verifyCallback(announced, secret, options))).toBe('body_too_large');
  });
});

describe('a mistake of the receiver', () => {
  it('that parsed the body first is told so', async () => {
    const parsed = JSON.parse(body);
    await expect(verifyCallback({ headers: sign(body), body: parsed }, secret, { now })).rejects.toThrow(/as it came/);
  });

  it('that read the Request first is told so', async () => {
    const request = new Request('https://app.test/', { method: 'POST', headers: sign(body), body });
    await request.text();
    await expect(verifyCallback(request, secret, { now })).rejects.toThrow(/was read before/);
  });
});

function attempt(verify: () => unknown): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}
