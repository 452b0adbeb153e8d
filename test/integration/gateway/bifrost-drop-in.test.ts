import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BifrostRig, startBifrostRig } from './bifrost-calls.ts';

let rig: BifrostRig;
beforeAll(async () => {
  rig = await startBifrostRig();
});
afterEach(() => rig.gated.open());
afterAll(() => rig.close());

const client = (base: string, defaultHeaders: Record<string, string>) =>
  new OpenAI({ apiKey: rig.server.credentials.apiKey, baseURL: `${rig.server.url}${base}`, defaultHeaders });
const ask = (content: string) => ({ model: 'gpt-4o', messages: [{ role: 'user' as const, content }] });

describe.each(['/v1', '/openai/v1'])("the openai package with Bifrost's headers at %s", (base) => {
  it('submits a chat completion, and asks for it by its id', async () => {
    const made = await client(base, { 'x-bf-async': 'true' }).chat.completions.create(ask(`chat ${base}`));
    expect(made).toMatchObject({ object: 'chat.completion', model: 'gpt-4o', choices: [] });
    const poll = () => client(base, { 'x-bf-async-id': made.id }).chat.completions.create(ask('is not read'));
    await expect.poll(async () => (await poll()).choices.length, { timeout: 20_000 }).toBe(1);
    expect((await poll()).choices[0]?.message.content).toBe(`answer to chat ${base}`);
    expect(rig.provider.hits('is not read')).toBe(0);
  });

  it('submits a response, and asks for it by its id', async () => {
    const made = await client(base, { 'x-bf-async': 'true' }).responses.create({ model: 'm', input: `in ${base}` });
    expect(made).toMatchObject({ object: 'response', status: 'queued', output_text: '' });
    const poll = () => client(base, { 'x-bf-async-id': made.id }).responses.create({ model: 'm', input: '-' });
    await expect.poll(async () => (await poll()).status, { timeout: 20_000 }).toBe('completed');
    expect((await poll()).output_text).toBe(`answer to in ${base}`);
  });
});

it('tells a response that is being made from one that waits', async () => {
  rig.gated.shut();
  const made = await client('/v1', { 'x-bf-async': 'true' }).responses.create({ model: 'slow/m', input: 'x' });
  const poll = () => client('/v1', { 'x-bf-async-id': made.id }).responses.create({ model: 'm', input: '-' });
  await expect.poll(async () => (await poll()).status, { timeout: 20_000 }).toBe('in_progress');
});

it("throws the API's own error when the job has failed, once", async () => {
  const made = await client('/v1', { 'x-bf-async': 'true' }).chat.completions.create(ask('status=400'));
  const poll = () => client('/v1', { 'x-bf-async-id': made.id }).chat.completions.create(ask('-'));
  const error = () =>
    poll().then(
      () => null,
      (thrown: unknown) => thrown,
    );
  await expect.poll(error, { timeout: 20_000 }).toBeInstanceOf(BadRequestError);
  expect(await error()).toMatchObject({ status: 400, code: 'scripted', type: 'scripted_error' });
  expect(rig.provider.hits('status=400')).toBe(1);
});

it('refuses a stream, an id of another operation, and one that is none', async () => {
  const stream = client('/v1', { 'x-bf-async': 'true' }).chat.completions.create({ ...ask('x'), stream: true });
  await expect(stream).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('streaming is not supported for async requests'),
  });
  const made = await client('/v1', { 'x-bf-async': 'true' }).chat.completions.create(ask('x'));
  for (const id of [made.id, crypto.randomUUID(), 'no-uuid']) {
    const asked = client('/v1', { 'x-bf-async-id': id }).responses.create({ model: 'm', input: '-' });
    await expect(asked).rejects.toBeInstanceOf(NotFoundError);
    await expect(asked).rejects.toMatchObject({ message: expect.stringContaining('job not found or expired') });
  }
});

it('keeps the result for as long as the header says', async () => {
  const headers = { 'x-bf-async': 'true', 'x-bf-async-job-result-ttl': '1' };
  const made = await client('/v1', headers).chat.completions.create(ask('short'));
  const poll = () => client('/v1', { 'x-bf-async-id': made.id }).chat.completions.create(ask('-'));
  const error = () =>
    poll().then(
      () => null,
      (thrown: unknown) => thrown,
    );
  await expect.poll(error, { timeout: 20_000 }).toBeInstanceOf(NotFoundError);
});

it("asks for the same virtual key as Bifrost's own routes", async () => {
  const made = await client('/v1', { 'x-bf-async': 'true', 'x-bf-vk': 'sk-bf-1' }).chat.completions.create(ask('x'));
  const poll = (more: object) => client('/v1', { 'x-bf-async-id': made.id, ...more }).chat.completions.create(ask('-'));
  await expect(poll({ 'x-bf-vk': 'sk-bf-2' })).rejects.toBeInstanceOf(NotFoundError);
  expect((await poll({ 'x-bf-vk': 'sk-bf-1' })).object).toBe('chat.completion');
});
