import { Webhook } from 'standardwebhooks';
import { afterEach, expect, it, vi } from 'vitest';
import { trigger } from '#src/command/listen/trigger.ts';
import type { RotatedProjectSecret } from '#src/contract/endpoint/endpoint.ts';
import { eventSchemas, eventTypes } from '#src/contract/event/event-schemas.ts';
import { freePort } from '#test/support/free-port.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback } from '#test/support/ringback.ts';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

afterEach(() => {
  vi.unstubAllEnvs();
});

it('a sample of every event goes to a URL, verifies with the given secret, and fits its schema', async () => {
  const app = await startReceiver();
  const lines: string[] = [];
  const to = `${app.url}/api/ringback?from=trigger`;
  for (const type of eventTypes) expect(await trigger(type, { to, secret }, (line) => lines.push(line))).toBe(true);
  await app.close();
  expect(new Set(app.received.map(({ path }) => path))).toEqual(new Set(['/api/ringback?from=trigger']));
  const events = app.received.map(({ body, headers }) =>
    new Webhook(secret).verify(body, headers as Record<string, string>),
  );
  for (const [index, type] of eventTypes.entries()) {
    expect(eventSchemas[type].safeParse(events[index]).error).toBeUndefined();
    expect(lines[index]).toMatch(new RegExp(`  ${type} .* 204  \\d+ ms$`));
  }
  expect(new Set(app.received.map(({ headers }) => headers['webhook-id'])).size).toBe(eventTypes.length);
});

it('a receiver that refuses a sample is a failure, and so is one that is not there', async () => {
  const app = await startReceiver();
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  app.answer({
    status: 401,
    body: JSON.stringify({ code: 'no_matching_signature', message: 'No signature \u001b[31mfits.' }),
  });
  expect(await trigger('job.failed', { to: app.url, secret }, say)).toBe(false);
  app.answer({ status: 500, body: `\nFirst ${'x'.repeat(300)}\nsecond` });
  expect(await trigger('job.failed', { to: app.url, secret }, say)).toBe(false);
  await app.close();
  expect(await trigger('job.failed', { to: app.url, secret }, say)).toBe(false);
  expect(lines[0]).toMatch(/ {2}401 {2}\d+ ms {2}no_matching_signature: No signature \[31mfits\.$/);
  expect(lines[1]).toMatch(/ {2}500 {2}\d+ ms {2}First x{194}…$/);
  expect(lines[2]).toContain(`nothing listens at ${app.url}`);
});

it('says what is wrong with the event, the URL and the secret', async () => {
  const said = (type: string, options: object) =>
    trigger(type, { to: 'http://127.0.0.1:9', secret, ...options }, () => undefined).catch(
      ({ message }: Error) => message,
    );
  expect(await said('job.exploded', {})).toContain('There are job.completed, job.failed');
  expect(await said('job.failed', { to: 'ftp://x' })).toContain('--to should be an http or https URL');
  for (const wrong of ['whpk_AAAA', 'nope', 'whsec_', 'whsec_!']) {
    expect(await said('job.failed', { secret: wrong })).toBe(
      'A webhook secret is `whsec_` and base64; that of --secret is not.',
    );
  }
  expect(await said('job.failed', { endpoint: 'billing' })).toContain('either --to or --endpoint');
  const away = { to: undefined, url: `http://127.0.0.1:${await freePort()}`, apiKey: 'rbk_x' };
  expect(await said('job.failed', away)).toMatch(/nothing listens at \S+: is Ringback running\?$/);
});

it('says when the project no longer signs with the secret that signed, or will soon not', async () => {
  const app = await startReceiver();
  const ringback = await startRingback();
  const { url, apiKey, webhookSecret } = ringback.credentials;
  const notes = async (options: object) => {
    const lines: string[] = [];
    expect(await trigger('job.failed', { to: app.url, url, apiKey, ...options }, (line) => lines.push(line))).toBe(
      true,
    );
    return lines.slice(1);
  };
  expect(await notes({ secret: webhookSecret })).toEqual([]);
  const rotated = await ringback.call<RotatedProjectSecret>('project.rotateWebhookSecret', { overlapSeconds: 3_600 });
  const { secret: newest = '', secrets = [] } = rotated.body.result?.data ?? {};
  const end = (value: string) => value.replace(/=$/, '').slice(-4);
  vi.stubEnv('RINGBACK_WEBHOOK_SECRET', webhookSecret);
  expect(await notes({})).toEqual([
    `Signed with the secret of RINGBACK_WEBHOOK_SECRET (…${end(webhookSecret)}), an old one that signs until ` +
      `${secrets[1]?.expiresAt}; the newest is …${end(newest)}.`,
  ]);
  await ringback.call('project.endWebhookSecret', { secretId: secrets[1]?.id });
  expect(await notes({})).toEqual([
    expect.stringMatching(/RINGBACK_WEBHOOK_SECRET \(….{4}\), which is none of the project's: /),
  ]);
  expect(await notes({ secret: newest })).toEqual([]);
  expect(await notes({ apiKey: 'rbk_wrong' })).toEqual([
    'Signed with the secret of RINGBACK_WEBHOOK_SECRET; whether the project still has it could not be asked.',
  ]);
  await ringback.close();
  await app.close();
});
