import { describe, expect, it } from 'vitest';
import type { BodyStart, JobView } from '#src/contract/job/job-view.ts';
import { readPolicy } from '#src/contract/submit/parse-policy.ts';
import { type Draft, draftField, draftOf, editsOf, jsonProblem } from '#src/ui/again/draft.ts';

const mask = '********';

function view(more: { job?: object; secrets?: string; body?: string; redactBody?: string[] } = {}): JobView {
  return {
    job: {
      url: `https://api.example.com/v1?token=${mask}`,
      method: 'POST',
      headers: { authorization: `Bearer ${mask}`, 'content-type': 'application/json', 'x-trace': 'on' },
      maxAttempts: 25,
      labels: ['a', 'b'],
      callback: { url: 'https://app.example.com/hook', endpoint: null },
      ...more.job,
    },
    settings: {
      timeoutMs: 600_000,
      deadlineSeconds: null,
      resultTtlSeconds: 86_400,
      redact: { body: more.redactBody ?? [] },
    },
    policy: readPolicy({ method: 'POST', hasIdempotencyKey: false }),
    secrets: { state: more.secrets ?? 'kept', until: null },
    body: { state: more.body ?? 'kept', until: null },
  } as unknown as JobView;
}
const text = (body: string): BodyStart => ({ body, encoding: 'utf8', size: body.length, bodyCut: false });

function edited(of: JobView, body: BodyStart | null | undefined, change: (draft: Draft) => Partial<Draft>) {
  const initial = draftOf(of, body);
  return editsOf(of, initial, { ...initial, ...change(initial) });
}

describe('edits of a job to run again', () => {
  it('are empty when nothing was changed, secrets included', () => {
    expect(edited(view(), text('{"a":1}'), () => ({}))).toEqual({ ok: true, edits: {} });
  });

  it('hold only what was changed', () => {
    const result = edited(view(), text('{"a":1}'), () => ({
      body: '{"a":2}',
      labels: 'x, ,y',
      timeoutMs: '30s',
      deadlineSeconds: '60',
      callbackMode: 'none',
    }));
    expect(result).toEqual({
      ok: true,
      edits: {
        body: '{"a":2}',
        labels: ['x', 'y'],
        timeout: { durationInMs: '30s' },
        deadlineSeconds: 60,
        callback: null,
      },
    });
  });

  it('send a replaced secret as one, and remove what was taken out', () => {
    const result = edited(view(), text('x'), ({ headers }) => ({
      headers: headers
        .filter(({ name }) => name !== 'x-trace')
        .map((header) =>
          header.name === 'authorization' ? { ...header, replaced: true, value: 'Bearer new' } : header,
        ),
    }));
    expect(result).toEqual({
      ok: true,
      edits: {
        headers: { 'x-trace': null, authorization: { $redacted: { strings: ['', ''], values: ['Bearer new'] } } },
      },
    });
  });

  it('ask for secrets that were erased, or that another origin does not get', () => {
    const erased = edited(view({ secrets: 'erased' }), text('x'), () => ({}));
    expect(erased).toMatchObject({ ok: false, errors: { headers: expect.stringContaining('erased') } });
    const elsewhere = edited(view(), text('x'), () => ({ url: 'https://other.example.com/' }));
    expect(elsewhere).toMatchObject({ ok: false, errors: { headers: expect.stringContaining('another origin') } });
  });

  it('never hold a mask as a value of a header', () => {
    const result = edited(view(), text('x'), ({ headers }) => ({
      headers: headers.map((header) => ({ ...header, replaced: header.name === 'authorization', value: '' })),
    }));
    expect(result).toMatchObject({ ok: false, errors: { headers: expect.stringContaining('authorization') } });
    expect(JSON.stringify(result)).not.toContain(mask);
  });

  it('leave a body that is long or no text as it was, and give one anew that was erased', () => {
    const long = edited(view(), { ...text('the beginning'), bodyCut: true }, () => ({}));
    expect(long).toEqual({ ok: true, edits: {} });
    const gone = edited(view({ body: 'erased' }), undefined, () => ({ body: 'new' }));
    expect(gone).toEqual({ ok: true, edits: { body: 'new' } });
    expect(edited(view({ body: 'none' }), null, () => ({}))).toEqual({ ok: true, edits: {} });
    expect(edited(view(), text('x'), () => ({ bodyMode: 'none' }))).toEqual({ ok: true, edits: { body: null } });
  });

  it('say what is wrong with rules and numbers at their fields', () => {
    const result = edited(view(), text('x'), () => ({ retryMode: 'rules', rules: '{', maxAttempts: 'many' }));
    expect(result).toMatchObject({
      ok: false,
      errors: { retry: expect.stringContaining('JSON'), maxAttempts: expect.any(String) },
    });
  });

  it('find the field that the server means', () => {
    expect(
      ['edits.headers.authorization', 'url', 'edits.json', 'timeout.durationInMs', 'retry.rules.0', 'elsewhere'].map(
        draftField,
      ),
    ).toEqual(['headers', 'url', 'body', 'timeout', 'retry', null]);
    expect(draftField(undefined)).toBeNull();
  });

  it('warn of JSON that is none', () => {
    const of = view({ redactBody: ['/a'] });
    const draft = draftOf(of, text('{"a":1}'));
    expect(jsonProblem(of, draft)).toBeNull();
    expect(jsonProblem(of, { ...draft, body: '{"a"' })).toContain('Not valid JSON');
    expect(jsonProblem(of, { ...draft, body: mask })).toBeNull();
  });
});
