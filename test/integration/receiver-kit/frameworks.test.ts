import { afterEach, describe, expect, it } from 'vitest';
import { memoryStore, type RingbackEvent } from '#src/client/index.ts';
import { canReadLater, frameworks, type Listening, type Receive } from './frameworks.ts';
import { checkByOracles, eventText, oracles, otherSecret, post, type Signed, secret, sign } from './signed-callback.ts';

let listening: Listening | undefined;
let events: RingbackEvent[] = [];
let errors: unknown[] = [];

afterEach(async () => {
  await listening?.close();
  listening = undefined;
  events = [];
  errors = [];
});

describe.each(Object.entries(frameworks))('%s', (name, start) => {
  /** A receiver that notes every event it handles. */
  async function receiver(changes: Partial<Receive> = {}): Promise<(signed: Signed) => ReturnType<typeof post>> {
    const on = { 'job.completed': (event: RingbackEvent) => void events.push(event) };
    const begun = await start({
      secrets: secret,
      on,
      onError: (error) => errors.push(error),
      onRefused: () => {},
      ...changes,
    });
    listening = begun;
    return (signed) => post(begun.url, signed);
  }

  it('hands a signed callback to the handler of its type', async () => {
    const failed: RingbackEvent[] = [];
    const send = await receiver({
      on: {
        'job.completed': (event) => void events.push(event),
        'job.failed': (event) => void failed.push(event),
      },
    });
    const completed = sign(eventText());
    checkByOracles(completed);
    expect(await send(completed)).toEqual({ status: 204 });
    expect(await send(sign(eventText('job.failed'), { id: 'evt_2' }))).toEqual({ status: 204 });
    expect(events).toEqual([{ ...JSON.parse(completed.body), id: 'evt_1' }]);
    expect(failed).toMatchObject([{ type: 'job.failed', id: 'evt_2' }]);
  });

  it.each(oracles)('believes what %s signs', async (_oracle, signIt) => {
    const send = await receiver();
    expect(await send(signIt(eventText(), 'evt_7'))).toEqual({ status: 204 });
    expect(events).toMatchObject([{ id: 'evt_7', data: { metadata: 'Grüße, 你好 🌍' } }]);
  });

  it('acknowledges events of types it does not know', async () => {
    const send = await receiver();
    for (const type of ['job.started', 'toString', '__proto__', 'constructor']) {
      expect(await send(sign(eventText(type)))).toEqual({ status: 204 });
    }
    expect([events, errors]).toEqual([[], []]);
  });

  it('refuses what is old, new, changed, or signed by another, and says why', async () => {
    const send = await receiver();
    const good = sign(eventText());
    const cases: [code: string, status: number, signed: Signed][] = [
      ['too_old', 401, sign(eventText(), { ageSeconds: 302 })],
      ['too_new', 401, sign(eventText(), { ageSeconds: -330 })],
      ['no_matching_signature', 401, { ...good, body: good.body.replace('job_1', 'job_2') }],
      ['no_matching_signature', 401, { ...good, body: `${good.body} ` }],
      ['no_matching_signature', 401, { ...good, headers: { ...good.headers, 'webhook-id': 'evt_2' } }],
      ['no_matching_signature', 401, sign(eventText(), { by: otherSecret })],
      ['bad_timestamp', 400, { ...good, headers: { ...good.headers, 'webhook-timestamp': 'now' } }],
      ['body_not_json', 400, sign('[]')],
    ];
    for (const [code, status, signed] of cases) expect(await send(signed)).toEqual({ status, code });
    // A sender's faults are no errors of the receiver.
    expect([events, errors]).toEqual([[], []]);
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a callback without %s', async (header) => {
    const send = await receiver();
    const { headers, body } = sign(eventText());
    const { [header]: _, ...rest } = headers;
    expect(await send({ headers: rest, body })).toEqual({ status: 400, code: 'missing_header' });
    expect(events).toEqual([]);
  });

  it('refuses a body above the cap', async () => {
    const send = await receiver({ maxBytes: 500 });
    expect(await send(sign(eventText()))).toEqual({ status: 204 });
    expect(await send(sign(eventText('job.completed', { pad: 'x'.repeat(500) })))).toEqual({
      status: 413,
      code: 'body_too_large',
    });
    expect(events).toHaveLength(1);
  });

  it('takes a body as long as Ringback may send it, whatever limit the framework has for others', async () => {
    const send = await receiver();
    expect(await send(sign(eventText('job.completed', { pad: 'x'.repeat(4_000_000) })))).toEqual({ status: 204 });
    expect(events).toHaveLength(1);
  });

  it('hands on what an endpoint is told besides', async () => {
    const disabled: RingbackEvent[] = [];
    const send = await receiver({ on: { 'endpoint.disabled': (event) => void disabled.push(event) } });
    const data = { endpoint: { id: 'end_1', name: 'a', url: 'https://a.test/' }, reason: 'gone', since: 'then' };
    expect(await send(sign(eventText('endpoint.disabled', { data })))).toEqual({ status: 204 });
    expect(disabled).toMatchObject([{ type: 'endpoint.disabled', id: 'evt_1', data }]);
  });

  it('believes any one of several secrets, or those that a function finds by the headers', async () => {
    const signed = sign(eventText(), { by: otherSecret });
    for (const secrets of [[secret, otherSecret], `${secret}, ${otherSecret}`]) {
      const send = await receiver({ secrets });
      expect(await send(signed)).toEqual({ status: 204 });
      await listening?.close();
    }
    const asked: unknown[] = [];
    const send = await receiver({
      secrets: async (headers) => {
        asked.push(headers.get('X-Tenant'));
        return headers.get('X-Tenant') === 'one' ? [secret, otherSecret] : undefined;
      },
    });
    const as = (tenant: string) => ({ ...signed, headers: { ...signed.headers, 'x-tenant': tenant } });
    expect(await send(as('one'))).toEqual({ status: 204 });
    expect(await send(as('two'))).toEqual({ status: 401, code: 'no_matching_signature' });
    expect([events.length, asked, errors]).toEqual([3, ['one', 'two'], []]);
  });

  it('answers 500 when the handler throws, tells of it, and runs it at the next try', async () => {
    const failure = new Error(`the database is away, ${secret}`);
    let tries = 0;
    const send = await receiver({
      seen: memoryStore(),
      on: {
        'job.completed': (event) => {
          if (++tries === 1) throw failure;
          events.push(event);
        },
      },
    });
    expect(await send(sign(eventText()))).toEqual({ status: 500, code: 'handler_failed' });
    expect(errors).toEqual([failure]);
    expect(await send(sign(eventText()))).toEqual({ status: 204 });
    expect(await send(sign(eventText()))).toEqual({ status: 204 });
    expect([tries, events.length]).toEqual([2, 1]);
  });

  it('handles an event once, however often and however concurrently it comes', async () => {
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const send = await receiver({
      seen: memoryStore(),
      on: {
        'job.completed': async (event) => {
          events.push(event);
          begun.resolve();
          await go.promise;
        },
      },
    });
    const first = send(sign(eventText()));
    await begun.promise;
    const meanwhile = await Promise.all(Array.from({ length: 5 }, () => send(sign(eventText()))));
    expect(meanwhile).toEqual(Array(5).fill({ status: 409, code: 'in_progress' }));
    go.resolve();
    expect(await first).toEqual({ status: 204 });
    expect(await send(sign(eventText()))).toEqual({ status: 204 });
    expect(events).toHaveLength(1);
    expect(await send(sign(eventText(), { id: 'evt_2' }))).toEqual({ status: 204 });
    expect(events).toHaveLength(2);
  });

  const readAgain = async () => {
    const texts: (string | null)[] = [];
    const send = await receiver({ on: { 'job.completed': async (_event, read) => texts.push(await read()) } });
    const signed = sign(eventText());
    expect(await send(signed)).toEqual({ status: 204 });
    expect(texts).toEqual([signed.body]);
  };
  if (canReadLater.includes(name)) it('lets the handler read the request', readAgain);

  it('says in its answer nothing but the code and what it means', async () => {
    await receiver();
    const { headers, body } = sign(eventText(), { by: otherSecret });
    const response = await fetch(listening?.url ?? '', { method: 'POST', headers, body });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({
      code: 'no_matching_signature',
      message: 'No signature matches: the secret is wrong, or the body is not exactly as it was sent.',
    });
  });
});
