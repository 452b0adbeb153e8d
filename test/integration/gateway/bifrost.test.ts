import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#test/support/free-port.ts';
import { type BifrostRig, startBifrostRig } from './bifrost-calls.ts';

let rig: BifrostRig;
let key: string;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ask = (content: string, model = 'gpt-4o') => ({ model, messages: [{ role: 'user', content }] });
const chat = 'chat/completions';
const refused = (status: number, message: unknown) => ({
  status,
  body: { is_bifrost_error: false, status_code: status, error: { message } },
});

beforeAll(async () => {
  rig = await startBifrostRig();
  key = rig.server.credentials.apiKey;
});
afterEach(() => rig.gated.open());
afterAll(() => rig.close());

/** Every route: its body, the name of its operation, and how the refusal of a stream names it. */
const routes: [path: string, body: object, requestType: string, streamed: string | null][] = [
  ['completions', { prompt: 'x' }, 'text_completion', 'text completions'],
  [chat, ask('x'), 'chat_completion', 'chat completions'],
  ['responses', { input: 'x' }, 'responses', 'responses'],
  ['embeddings', { input: 'x' }, 'embedding', null],
  ['audio/speech', { input: 'x', voice: 'alloy' }, 'speech', 'speech'],
  ['audio/transcriptions', { file: 'x' }, 'transcription', 'transcriptions'],
  ['images/generations', { prompt: 'x' }, 'image_generation', 'image generations'],
  ['images/edits', { prompt: 'x' }, 'image_edit', 'image edits'],
  ['images/variations', { n: 1 }, 'image_variation', null],
  ['rerank', { query: 'x', documents: ['y'] }, 'rerank', null],
  ['ocr', { document: { url: 'x' } }, 'ocr', null],
];

describe.each(routes)('/v1/async/%s', (path, body, requestType, streamed) => {
  it('answers 202 with the envelope at once, and 200 with the result when it has come', async () => {
    const submitted = await rig.submit(path, { ...body, model: `openai/made-for-${requestType}` });
    const { id, created_at } = submitted.body;
    expect(submitted).toEqual({ status: 202, body: { id, request_id: id, status: 'pending', created_at } });
    expect([id, created_at]).toEqual([expect.stringMatching(uuid), expect.stringMatching(isoTime)]);
    await expect.poll(async () => (await rig.poll(path, id)).status, { timeout: 20_000 }).toBe(200);
    const { body: ended } = await rig.poll(path, id);
    expect(ended).toEqual({
      ...{ id, request_id: id, status: 'completed', created_at, status_code: 200 },
      completed_at: expect.stringMatching(isoTime),
      expires_at: expect.stringMatching(isoTime),
      result: expect.objectContaining({
        extra_fields: { provider: 'openai', model_requested: `made-for-${requestType}`, request_type: requestType },
      }),
    });
    const sent = rig.provider.requests.find((one) => String(one.body).includes(`"made-for-${requestType}"`));
    expect([sent?.method, sent?.path, sent?.headers.authorization]).toEqual([
      'POST',
      `/v1/${path}`,
      'Bearer sk-openai',
    ]);
    expect(JSON.parse(String(sent?.body))).toEqual({ ...body, model: `made-for-${requestType}` });
  });

  it('takes no other method, and no id of another operation', async () => {
    const { headers } = await fetch(`${rig.server.url}/v1/async/${path}`, { headers: { 'x-bf-vk': key } });
    expect(headers.get('allow')).toBe('POST');
    const { status } = await rig.submit(`${path}/${crypto.randomUUID()}`, body);
    expect(status).toBe(405);
    const other = path === 'rerank' ? 'ocr' : 'rerank';
    const made = await rig.submit(other, { model: 'm', query: 'x' });
    expect(await rig.poll(path, made.body.id)).toEqual(refused(404, 'operation type mismatch'));
    expect(await rig.poll(path, crypto.randomUUID())).toEqual(refused(404, 'job not found or expired'));
    expect(await rig.poll(path, 'no-uuid')).toEqual(refused(404, 'job not found or expired'));
  });

  if (streamed !== null)
    it('refuses a stream', async () => {
      const message = `stream is not supported for async ${streamed}`;
      const stream = path === 'audio/speech' ? { stream_format: 'sse' } : { stream: true };
      expect(await rig.submit(path, { ...body, model: 'm', ...stream })).toEqual(refused(400, message));
      expect((await rig.submit(path, { ...body, model: 'm', stream: false })).status).toBe(202);
    });
});

describe('the time for which a result is kept', () => {
  const keptMs = async (ttl?: string, poll?: Record<string, string>) => {
    const headers = { authorization: `Bearer ${key}` };
    const { body } = await rig.submit(chat, ask('kept'), {
      ...headers,
      ...(ttl && { 'x-bf-async-job-result-ttl': ttl }),
    });
    const read = () => rig.poll(chat, body.id, { ...headers, ...poll });
    await expect.poll(async () => (await read()).status, { timeout: 20_000 }).toBe(200);
    const { completed_at = '', expires_at = '' } = (await read()).body;
    return Date.parse(expires_at) - Date.parse(completed_at);
  };

  it.each([undefined, '0', '-5', '1.5', 'soon', ''])('is an hour when the header is %o', async (ttl) => {
    expect(await keptMs(ttl)).toBe(3_600_000);
  });

  it('is what the header of the submission says, from the completion on, and not what that of a poll says', async () => {
    expect(await keptMs('5', { 'x-bf-async-job-result-ttl': '9000' })).toBe(5_000);
    expect(await keptMs('99999999999')).toBe(30 * 86_400_000);
  });

  it('ends with 404', async () => {
    const headers = { authorization: `Bearer ${key}`, 'x-bf-async-job-result-ttl': '1' };
    const { body } = await rig.submit(chat, ask('gone'), headers);
    const answer = () => rig.poll(chat, body.id);
    await expect.poll(async () => (await answer()).status, { timeout: 20_000 }).toBe(404);
    expect(await answer()).toEqual(refused(404, 'job not found or expired'));
  });
});

describe('keys', () => {
  it.each(['x-bf-vk', 'x-api-key', 'api-key', 'x-goog-api-key'])('are taken from %s', async (name) => {
    const { status, body } = await rig.run(chat, ask('with a key'), { [name]: key });
    expect([status, body.status]).toEqual([200, 'completed']);
  });

  it('are asked for with 401 at submission, and with 404 and a reason by a poll', async () => {
    const { id } = (await rig.submit(chat, ask('x'))).body;
    expect(await rig.submit(chat, ask('x'), {})).toEqual(refused(401, expect.stringContaining('API key')));
    expect(await rig.poll(chat, id, {})).toEqual(refused(404, 'virtual key is required'));
    for (const headers of [{ authorization: 'Bearer rbk_nobody' }, { 'x-bf-vk': 'sk-bf-alone' }])
      expect(await rig.poll(chat, id, headers as Record<string, string>)).toEqual(
        refused(404, 'virtual key not found'),
      );
  });

  it('of the virtual kind must be the same in a poll, by whatever header they come', async () => {
    const authorization = `Bearer ${key}`;
    const { id } = (await rig.submit(chat, ask('x'), { authorization, 'x-bf-vk': 'sk-bf-1' })).body;
    const mismatch = refused(404, 'virtual key mismatch');
    expect(await rig.poll(chat, id, { authorization })).toEqual(mismatch);
    expect(await rig.poll(chat, id, { authorization, 'x-bf-vk': 'sk-bf-2' })).toEqual(mismatch);
    expect((await rig.poll(chat, id, { authorization, 'x-bf-vk': 'sk-bf-1' })).body.id).toBe(id);
    expect((await rig.poll(chat, id, { authorization, 'x-api-key': 'sk-bf-1' })).body.id).toBe(id);
    const free = (await rig.submit(chat, ask('x'), { 'x-bf-vk': key })).body;
    expect((await rig.poll(chat, free.id, { authorization })).body.id).toBe(free.id);
  });
});

describe('a job that fails', () => {
  it('is answered 200, with the status and the error of the API', async () => {
    const answer = await rig.run(chat, ask('status=400', 'openai/gpt-4'));
    expect(answer).toMatchObject({ status: 200, body: { status: 'failed', status_code: 400 } });
    expect(answer.body).not.toHaveProperty('result');
    expect(answer.body.error).toEqual({
      is_bifrost_error: false,
      status_code: 400,
      error: { message: 'said 400', type: 'scripted_error', code: 'scripted', param: null },
      extra_fields: { provider: 'openai', model_requested: 'gpt-4', request_type: 'chat_completion' },
    });
    expect(answer.body.expires_at).toMatch(isoTime);
  });

  it('is tried again by the retries of its upstream first', async () => {
    expect((await rig.run(chat, ask('first=503'))).body.status).toBe('completed');
    expect(rig.provider.hits('first=503')).toBe(2);
    expect((await rig.run(chat, ask('status=503'))).body).toMatchObject({ status: 'failed', status_code: 503 });
    expect(rig.provider.hits('status=503')).toBe(2);
  });

  it('says so when there was no answer', async () => {
    const { upstreams } = rig.ringback.trpc;
    await upstreams.create.mutate({ name: 'away', baseUrl: `http://127.0.0.1:${await freePort()}`, retry: 'none' });
    const { body } = await rig.run(chat, ask('x', 'away/m'));
    expect(body).toMatchObject({ status: 'failed', status_code: 502 });
    expect(body.error).toMatchObject({ is_bifrost_error: true, status_code: 502, error: { type: 'request_failed' } });
  });

  it('is also one that was cancelled', async () => {
    rig.gated.shut();
    const { id } = (await rig.submit(chat, ask('x', 'slow/m'))).body;
    await expect.poll(async () => (await rig.poll(chat, id)).body.status, { timeout: 20_000 }).toBe('processing');
    expect((await rig.poll(chat, id)).body).not.toHaveProperty('completed_at');
    const { jobs } = await rig.ringback.list({ state: ['in_progress'] });
    await rig.ringback.cancel(jobs[0]?.id ?? '');
    const { status, body } = await rig.poll(chat, id);
    expect([status, body.status, body.status_code]).toEqual([200, 'failed', 499]);
  });
});

it('says which upstreams there are for a model that none has', async () => {
  const { upstreams } = rig.ringback.trpc;
  await upstreams.update.mutate({ id: 'main', default: false });
  const { status, body } = await rig.submit(chat, ask('x', 'nobody/m'));
  await upstreams.update.mutate({ id: 'main', default: true });
  expect(status).toBe(404);
  expect(body.error).toMatchObject({ message: expect.stringMatching(/nobody\/m.*there are .*main.*openai/) });
});

it('refuses what is no request', async () => {
  expect(await rig.submit(chat, 'no json')).toEqual(refused(400, expect.stringContaining('not JSON')));
  expect(await rig.submit(chat, '[]')).toEqual(refused(400, 'The request body must be a JSON object.'));
  expect((await rig.submit(chat, { ...ask('x'), model: 7 })).status).toBe(400);
  expect((await rig.submit('nothing', ask('x'))).status).toBe(404);
});
