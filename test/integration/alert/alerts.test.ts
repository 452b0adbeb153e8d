import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AlertSettingsView, AlertTest } from '#src/contract/alert/alert-rules.ts';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type SmtpServer, startSmtpServer } from '#test/support/smtp-server.ts';

let ringback: TestRingback;
let receiver: Receiver;
let smtp: SmtpServer;
beforeAll(async () => {
  [receiver, smtp] = await Promise.all([startReceiver(), startSmtpServer()]);
  ringback = await startRingback({
    env: { RINGBACK_SMTP_URL: smtp.url, RINGBACK_MAIL_FROM: 'Ringback <alerts@ringback.test>' },
  });
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([receiver.close(), smtp.close()]);
});
beforeEach(async () => {
  await set({ slackUrl: null, emails: [], quiet: null, timezone: 'UTC' });
  receiver.answer((one) => (one.path.startsWith('/gone') ? 410 : 204));
  receiver.received.length = 0;
  smtp.mails.length = 0;
});

async function call<T>(path: string, input: object = {}): Promise<T> {
  const { body } = await ringback.call<T>(path, input);
  if (!body.result) throw new Error(`${body.error.data.field} ${body.error.message}`);
  return body.result.data;
}

const set = (input: object) => call<AlertSettingsView>('alerts.set', input);
const slackPath = '/services/T000/B000/XXXXSECRETXXXX';
const slackUrl = () => `${receiver.url}${slackPath}`;
const posts = (path: string) => (received: Received[]) => received.filter((one) => one.path === path);
const toSlack = () =>
  posts(slackPath)(receiver.received).map(({ body }) => JSON.parse(body.toString()) as { text: string });
const toHook = () =>
  posts('/hook')(receiver.received).map(
    ({ body }) => JSON.parse(body.toString()) as { type: string; data: { alert: { kind: string; url: string } } },
  );

/** Makes an endpoint, and disables it by an answer of 410. */
async function breakEndpoint(name: string): Promise<Endpoint> {
  const endpoint = await call<Endpoint>('endpoints.create', { name, url: `${receiver.url}/gone/${name}` });
  await call('endpoints.test', { id: endpoint.id });
  return endpoint;
}

it('tells of an alert once to each, by an event, in Slack and by e-mail, and once that it is over', async () => {
  const hook = await call<Endpoint>('endpoints.create', {
    ...{ name: 'hook', url: `${receiver.url}/hook`, projectWide: true, events: ['alert.raised', 'alert.cleared'] },
  });
  await set({ slackUrl: slackUrl(), emails: ['ops@example.com', 'lead@example.com'] });
  const endpoint = await breakEndpoint('orders');
  await receiver.waitFor(() => toHook().length >= 1 && toSlack().length >= 1);
  await expect.poll(() => smtp.mails.length).toBe(1);
  const page = `${ringback.url}/endpoints/${endpoint.id}?project=${ringback.credentials.projectId}`;
  expect(toHook()).toMatchObject([{ type: 'alert.raised', data: { alert: { kind: 'endpoint_disabled', url: page } } }]);
  expect(toSlack()[0]?.text).toContain('🔴 Endpoint orders was disabled');
  expect(toSlack()[0]?.text).toContain(`<${page}|Open in Ringback>`);
  expect(posts('/hook')(receiver.received)[0]?.headers['webhook-signature']).toMatch(/^v1,/);
  const [mail] = smtp.mails;
  expect([mail?.from, mail?.to]).toEqual(['alerts@ringback.test', ['ops@example.com', 'lead@example.com']]);
  expect(mail?.data).toContain('Endpoint orders was disabled');
  expect(mail?.data.replaceAll('=\r\n', '').replaceAll('=3D', '=')).toContain(page);

  // A worker and a web process have looked several times by then.
  await call('endpoints.enable', { id: endpoint.id });
  await receiver.waitFor(() => toHook().length >= 2 && toSlack().length >= 2);
  await expect.poll(() => smtp.mails.length).toBe(2);
  expect(toHook().map(({ type }) => type)).toEqual(['alert.raised', 'alert.cleared']);
  expect(toSlack()[1]?.text).toContain('✅ Over: Endpoint orders was disabled');
  expect(smtp.mails[1]?.data).toMatch(/Subject: \[Ringback .*\] Over: Endpoint orders was disabled/);
  const { rows } = await ringback.db.pool.query('select kind from alert_state');
  expect(rows).toEqual([]);
  await call('endpoints.delete', { id: hook.id });
});

it('the Slack webhook is a secret that shows nowhere, and is sent like any delivery', async () => {
  receiver.answer((_one, index) => (index === 0 ? 500 : 204));
  const view = await set({ slackUrl: slackUrl() });
  expect(view.slackUrl).toBe(`${receiver.url}/********`);
  const { deliveries, emails } = await call<AlertTest>('alerts.test');
  expect([deliveries.length, deliveries[0]?.to, emails]).toEqual([1, `${receiver.url}/********`, []]);
  await receiver.waitFor(() => toSlack().length >= 1);
  expect(toSlack()[0]?.text).toContain('🔔 This is a test');
  const id = deliveries[0]?.id ?? '';
  const read = async () => (await ringback.rest('GET', `/v1/deliveries/${id}`)).json();
  await expect.poll(async () => (await read()).state).toBe('retrying');
  // It is tried again by the engine's schedule; a person need not wait for that.
  await call('deliveries.tryNow', { id });
  await expect.poll(async () => (await read()).state).toBe('delivered');
  const { rows } = await ringback.db.pool.query<{ row: string }>(
    `select row_to_json(a)::text as row from alert_settings a union all select row_to_json(d)::text from delivery d
     union all select row_to_json(e)::text from audit_entry e union all select row_to_json(t)::text from attempt t`,
  );
  const seen = [
    JSON.stringify(await read()),
    JSON.stringify(view),
    ringback.logged(),
    ...rows.map(({ row }) => row),
  ].join('\n');
  expect(seen).not.toContain('XXXXSECRETXXXX');
  expect(seen).not.toContain('smtp-pass-word');
  const again = await ringback.call('deliveries.resend', { id });
  expect(again.body.error?.data.code).toBe('secrets_erased');
});

it('an e-mail that the server does not take is tried again, and sent once', async () => {
  smtp.refuseNext(1);
  await set({ emails: ['ops@example.com'] });
  const told = await call<AlertTest>('alerts.test');
  expect(told).toEqual({ deliveries: [], emails: ['ops@example.com'] });
  // The attempt is counted when it begins. Its refusal is noted when the lease of three minutes is replaced by a short delay.
  const noted = `select id from alert_mail where attempts = 1 and next_at < now() + interval '1 minute'`;
  await expect.poll(async () => (await ringback.db.pool.query(noted)).rowCount).toBe(1);
  expect(smtp.mails).toEqual([]);
  await ringback.db.pool.query('update alert_mail set next_at = now()');
  await expect.poll(() => smtp.mails.length).toBe(1);
  await expect.poll(attempts).toEqual([]);
  expect(smtp.mails[0]?.data).toContain('Alerts of this project arrive here');
});

async function attempts(): Promise<number[]> {
  const { rows } = await ringback.db.pool.query<{ attempts: number }>('select attempts from alert_mail');
  return rows.map((row) => row.attempts);
}

it('in quiet hours people are not told, and afterwards of what is still there', async () => {
  const minute = (add: number) => new Date(Date.now() + add * 60_000).toISOString().slice(11, 16);
  await set({ slackUrl: slackUrl(), quiet: { from: minute(-60), to: minute(60) } });
  const endpoint = await breakEndpoint('night');
  const state = async () => {
    const sql =
      'select raised_at is not null as raised, told_at is not null as told from alert_state where subject = $1';
    return (await ringback.db.pool.query<{ raised: boolean; told: boolean }>(sql, [endpoint.id])).rows[0];
  };
  await expect.poll(state).toEqual({ raised: true, told: false });
  expect(toSlack()).toEqual([]);
  await set({ quiet: null });
  await receiver.waitFor(() => toSlack().length >= 1);
  expect(await state()).toEqual({ raised: true, told: true });
  await call('endpoints.delete', { id: endpoint.id });
  await receiver.waitFor(() => toSlack().length >= 2);
});

it('a kind that is switched off is not told, and one that must last waits', async () => {
  await set({ slackUrl: slackUrl(), rules: { endpoint_disabled: { afterSeconds: 3_600 } } });
  const endpoint = await breakEndpoint('late');
  const rows = async () =>
    (await ringback.db.pool.query<{ raised_at: Date | null }>('select raised_at from alert_state')).rows;
  await expect.poll(rows).toEqual([{ raised_at: null }]);
  await set({ rules: { endpoint_disabled: { told: false } } });
  await expect.poll(rows).toEqual([]);
  await set({ rules: { endpoint_disabled: { told: true, afterSeconds: 0 } } });
  await receiver.waitFor(() => toSlack().length >= 1);
  await call('endpoints.delete', { id: endpoint.id });
  await receiver.waitFor(() => toSlack().length >= 2);
});

it('that no worker is alive is told by the web process', async () => {
  await set({ emails: ['ops@example.com'], rules: { no_workers: { afterSeconds: 0 } } });
  await ringback.stopWorker();
  await expect
    .poll(() => smtp.mails.map(({ data }) => /Subject: (.*)\r/.exec(data)?.[1]))
    .toEqual([expect.stringMatching(/No worker is alive/)]);
  await ringback.startWorker();
  await expect.poll(() => smtp.mails.length).toBe(2);
});

it('the settings are read and changed over REST too', async () => {
  const json = { emails: ['ops@example.com'], quiet: { from: '22:00', to: '07:00' }, timezone: 'Europe/Berlin' };
  const changed = await ringback.rest('PATCH', '/v1/alerts/settings', { json });
  expect([changed.status, await changed.json()]).toEqual([200, expect.objectContaining({ ...json, slackUrl: null })]);
  const read = await ringback.rest('GET', '/v1/alerts/settings');
  expect(await read.json()).toMatchObject({ ...json, canMail: true, rules: { egress_down: { afterSeconds: 60 } } });
  const test = await ringback.rest('POST', '/v1/alerts/test');
  expect([test.status, await test.json()]).toEqual([202, { deliveries: [], emails: ['ops@example.com'] }]);
  await expect.poll(() => smtp.mails.length).toBe(1);
});

it('what cannot be is refused, with the name of the field', async () => {
  const said = async (input: object) => {
    const { body } = await ringback.call('alerts.set', input);
    return [body.error?.data.code, body.error?.data.field];
  };
  expect(await said({ slackUrl: 'http://10.0.0.1/services/x' })).toEqual(['blocked_target', 'slackUrl']);
  expect(await said({ slackUrl: 'no url' })).toEqual(['invalid_url', 'slackUrl']);
  expect(await said({ slackUrl: `${receiver.url}/********` })).toEqual(['invalid_input', 'slackUrl']);
  expect(await said({ emails: ['nobody'] })).toEqual(['invalid_input', 'emails.0']);
  expect(await said({ timezone: 'Mars/Olympus' })).toEqual(['invalid_input', 'timezone']);
  expect(await said({ quiet: { from: '22:00', to: '22:00' } })).toEqual(['invalid_input', 'quiet.to']);
  expect(await said({ quiet: { from: '25:00', to: '22:00' } })).toEqual(['invalid_input', 'quiet.from']);
  expect(await said({ rules: { endpoint_disabled: { afterSeconds: -1 } } })).toEqual([
    'invalid_input',
    'rules.endpoint_disabled.afterSeconds',
  ]);
  expect((await ringback.call('alerts.test')).body.error?.message).toContain('nobody is told of alerts yet');
});
