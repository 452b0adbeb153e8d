import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const mebibyte = 1_048_576;
let ringback: TestRingback;

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => ringback.close());

const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i.toString(36)}":1`).join(',')}}`;
const url = '"url":"https://api.example.com/"';

/** Sends a text as it is, and returns the answer with the length of the longest text that was parsed meanwhile. */
async function send(path: string, body: string) {
  const parse = vi.spyOn(JSON, 'parse');
  const response = await ringback.rest('POST', path, { body, headers: { 'content-type': 'application/json' } });
  const longest = Math.max(0, ...parse.mock.calls.map(([text]) => String(text).length));
  parse.mockRestore();
  return { status: response.status, json: (await response.json()) as Record<string, unknown>, longest };
}

async function bodyOf(id: string): Promise<string> {
  return (await ringback.rest('GET', `/v1/jobs/${id}/body`)).text();
}

describe.each([
  ['/v1/jobs', (answer: Record<string, unknown>) => answer as unknown as SubmittedJob],
  [
    '/api/trpc/jobs.submit',
    (answer: Record<string, unknown>) => (answer as { result: { data: SubmittedJob } }).result.data,
  ],
])('%s', (path, jobOf) => {
  const codeOf = ({ json }: Awaited<ReturnType<typeof send>>) =>
    (json.code ?? (json.error as { data: { code: string } }).data.code) as string;

  it('keeps a large json as it was written, without parsing it', async () => {
    const json = `{ "n": 12345678901234567890, "d": 1.10, "list": [${'1,'.repeat(mebibyte)}1],\n "keys": ${keys(100_000)} }`;
    const { status, json: answer, longest } = await send(path, `{${url},"json":${json},"labels":["a"]}`);
    expect([status < 300, answer]).toEqual([true, answer]);
    expect(longest).toBeLessThan(65_536);
    const { id, labels } = jobOf(answer);
    expect(labels).toEqual(['a']);
    expect(await bodyOf(id)).toBe(json);
  });

  it('refuses many megabytes of keys before they are parsed', async () => {
    const answer = await send(path, `{${url},"headers":${keys(800_000)}}`);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_input']);
    expect(answer.longest).toBeLessThan(65_536);
  });

  it.each([
    ['no JSON', `{${url},"json":[${'1,'.repeat(100_000)}]}`, 'invalid_json'],
    ['cut', `{${url},"json":[${'1,'.repeat(100_000)}`, 'invalid_json'],
    ['too deep', `{${url},"json":${'['.repeat(65)}${'"x",'.repeat(50_000)}1${']'.repeat(65)}}`, 'invalid_json'],
    ['a number out of range', `{${url},"json":[${'1,'.repeat(50_000)}1e999]}`, 'invalid_json'],
    ['U+0000', `{${url},"json":[${'1,'.repeat(50_000)}"\\u0000"]}`, 'invalid_text'],
    [
      'a redacted string',
      `{${url},"json":[${'1,'.repeat(50_000)}{"$redacted":{"strings":["a"],"values":[]}}]}`,
      'invalid_input',
    ],
    ['json beside body', `{${url},"body":"x","json":[${'1,'.repeat(50_000)}1]}`, 'conflicting_fields'],
    ['a json that is too long', `{${url},"json":"${'x'.repeat(9 * mebibyte)}"}`, 'body_too_large'],
    ['more than one job may be', `{${url},"body":"${'x'.repeat(18 * mebibyte)}"}`, 'body_too_large'],
  ])('refuses %s by name', async (_, body, code) => {
    expect(codeOf(await send(path, body))).toBe(code);
  });

  it('takes the longest body that may be', async () => {
    const { json: answer } = await send(path, `{${url},"body":"${'\\n'.repeat(8 * mebibyte)}"}`);
    expect(jobOf(answer)).toHaveProperty('id');
  });
});

it('lifts the json of each job of a batch', async () => {
  const jobs = Array.from(
    { length: 50 },
    (_, i) => `{${url},"json":{"number":${i}.50,"text":"${'x'.repeat(10_000)}"}}`,
  );
  const { json: answer, longest } = await send('/v1/jobs/batch', `{"jobs":[${jobs.join(',')}]}`);
  const { results } = answer as unknown as SubmitManyResult;
  expect(results.every(({ ok }) => ok)).toBe(true);
  expect(longest).toBeLessThan(65_536);
  const last = results[49];
  expect(last?.ok && (await bodyOf(last.job.id)).slice(0, 15)).toBe('{"number":49.50');
});

it('a rerun takes a large json in its edits', async () => {
  const { id } = (await send('/v1/jobs', `{${url},"json":1}`)).json as unknown as SubmittedJob;
  await ringback.rest('POST', `/v1/jobs/${id}/cancel`);
  const edits = `{"json":[${'1,'.repeat(100_000)}1]}`;
  const { status, json: answer } = await send(`/v1/jobs/${id}/rerun`, edits);
  expect([status, answer]).toEqual([202, answer]);
  expect(await bodyOf((answer as unknown as SubmittedJob).id)).toBe(edits.slice(8, -1));
});

it('other calls are bounded by what they may be', async () => {
  const answer = await send('/v1/endpoints', `{"name":"${'x'.repeat(2 * mebibyte)}"}`);
  expect([answer.status, answer.json.code]).toEqual([413, 'body_too_large']);
});
