import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BifrostAnswer, type BifrostRig, type Envelope, startBifrostRig } from './bifrost-calls.ts';

const run = promisify(execFile);
const page = readFileSync(path.join(import.meta.dirname, 'pages/bifrost-async-chat.txt'), 'utf8');

let rig: BifrostRig;
let key: Record<string, string>;
beforeAll(async () => {
  rig = await startBifrostRig();
  key = { authorization: `Bearer ${rig.server.credentials.apiKey}` };
});
afterAll(() => rig.close());

async function ended(route: string, id: string): Promise<BifrostAnswer> {
  await expect.poll(async () => (await rig.poll(route, id)).status, { timeout: 20_000 }).toBe(200);
  return rig.poll(route, id);
}

describe('a form with files', () => {
  // The file looks like a form itself, holds every byte, and ends as a boundary begins.
  const tricky = '\r\n--\r\ncontent-disposition: form-data; name="model"\r\n\r\nopenai/other\r\n--';
  const file = Buffer.concat([
    Buffer.from(tricky),
    Buffer.from(Array.from({ length: 256 }, (_, at) => at)),
    randomBytes(5_000),
  ]);

  const forms: [route: string, where: 'first' | 'last', model: string][] = [
    ['audio/transcriptions', 'first', 'openai/whisper-1'],
    ['audio/transcriptions', 'last', 'whisper-1'],
    ['images/edits', 'last', 'openai/gpt-image-1'],
    ['images/variations', 'first', 'dall-e-2'],
  ];

  it.each(forms)('comes byte for byte by %s, with the model %s (%s)', async (route, where, model) => {
    const form = new FormData();
    if (where === 'first') form.set('model', model);
    form.set('prompt', 'Grüße "model"\r\nopenai/whisper-1');
    form.set(route.startsWith('audio') ? 'file' : 'image', new File([file], 'grüße; name="model".mp3'));
    if (where === 'last') form.set('model', model);
    const packed = new Response(form);
    const type = packed.headers.get('content-type') ?? '';
    const sent = Buffer.from(await packed.arrayBuffer());

    const made = await fetch(`${rig.server.url}/v1/async/${route}`, {
      method: 'POST',
      headers: { ...key, 'content-type': type },
      body: sent,
    });
    expect(made.status).toBe(202);
    const { id } = (await made.json()) as Envelope;
    expect((await ended(route, id)).body.status).toBe('completed');
    const got = rig.provider.requests.findLast((one) => one.path === `/v1/${route}`);
    expect(got?.headers['content-type']).toBe(type);
    const part = (named: string) => `name="model"\r\n\r\n${named}\r\n--${type.split('boundary=')[1]}`;
    const [before, after, ...more] = sent.toString('latin1').split(part(model));
    expect(more).toEqual([]);
    const named = model.replace(/^openai\//, '');
    expect(got?.body.equals(Buffer.from(`${before}${part(named)}${after}`, 'latin1'))).toBe(true);
    expect(got?.headers.authorization).toBe(`Bearer sk-${model.startsWith('openai/') ? 'openai' : 'main'}`);
  });

  it('may not ask for a stream', async () => {
    const form = new FormData();
    form.set('model', 'whisper-1');
    form.set('stream', 'true');
    for (const [route, name] of [
      ['audio/transcriptions', 'transcriptions'] as const,
      ['images/edits', 'image edits'] as const,
    ]) {
      const { status, body } = await rig.submit(route, form);
      expect([status, body.error]).toEqual([400, { message: `stream is not supported for async ${name}` }]);
    }
  });
});

it('gives audio whole, as base64 with its type', async () => {
  const { body } = await rig.run('audio/speech', { model: 'openai/tts-1', input: 'say this', voice: 'alloy' });
  expect(body.result).toEqual({
    audio: expect.any(String),
    content_type: 'audio/mpeg',
    extra_fields: { provider: 'openai', model_requested: 'tts-1', request_type: 'speech' },
  });
  const bytes = Buffer.from(String(body.result?.audio), 'base64');
  expect(bytes.equals(Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256)))).toBe(true);
});

it('passes JSON on as it is, but for a prefix of the model', async () => {
  const body = '{ "messages":[{"role":"user","content":"spaces  stay"}],"model":"gpt-4o","seed":12345678901234567890 }';
  expect((await rig.run('chat/completions', body)).body.status).toBe('completed');
  expect(String(rig.provider.requests.find(({ text }) => text === 'spaces  stay')?.body)).toBe(body);
  const prefixed = body.replace('spaces  stay', 'cut').replace('"gpt-4o"', '"openai/gpt-4o"');
  await rig.run('chat/completions', prefixed);
  const sent = String(rig.provider.requests.find(({ text }) => text === 'cut')?.body);
  expect(sent).toBe('{"messages":[{"role":"user","content":"cut"}],"model":"gpt-4o","seed":12345678901234567890}');
});

it('takes the pair of headers that a client of Bifrost sends', async () => {
  const { endpoints } = rig.ringback.trpc;
  await endpoints.create.mutate({ name: 'jobs', url: `${rig.provider.url}/hook` });
  const headers = { ...key, 'x-bf-async-job-result-ttl': '600', 'x-bf-async-webhook': 'jobs' };
  const { body } = await rig.run(
    'chat/completions',
    { model: 'gpt-4o', messages: [{ role: 'user', content: 'x' }], stream: false },
    headers,
  );
  expect(body.status).toBe('completed');
  expect(Date.parse(body.expires_at ?? '') - Date.parse(body.completed_at ?? '')).toBe(600_000);
});

it('answers the example of the page, run by curl with another base URL and a key', async () => {
  const [example = ''] = /^curl .*$/m.exec(page) ?? [];
  // The page has lost its line ends, which follow the backslashes.
  const command = example
    .replaceAll('\\  ', '\\\n  ')
    .replace('http://localhost:8080', rig.server.url)
    .replace('curl ', `curl -sS -w '\\n%{http_code}' -H "Authorization: ${key.authorization}" `);
  const { stdout } = await run('sh', ['-c', command]);
  const [text = '', status] = stdout.split('\n');
  expect(status).toBe('202');
  const made = JSON.parse(text) as Envelope;
  expect(made.status).toBe('pending');
  const { body } = await ended('chat/completions', made.id);
  expect(body).toMatchObject({ status: 'completed', status_code: 200 });
  expect(body.result).toMatchObject({
    object: 'chat.completion',
    extra_fields: { provider: 'openai', model_requested: 'gpt-4' },
  });
  // The fields are those of the page's own sample of an answer, and `request_id`, which newer servers of Bifrost send.
  const sample = JSON.parse(/^\{[\s\S]*?^\}/m.exec(page)?.[0] ?? '{}') as Envelope;
  const known = Object.keys(sample).filter((name) => name !== 'error');
  expect(Object.keys(body).sort()).toEqual([...known, 'request_id'].sort());
  const failed = await rig.run('chat/completions', {
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'status=418' }],
  });
  const knownOfError = Object.keys(sample.error ?? {});
  expect(knownOfError).toEqual(expect.arrayContaining(Object.keys(failed.body.error ?? {})));
});
