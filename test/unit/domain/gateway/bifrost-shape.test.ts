import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobState } from '#src/domain/decide/job-state.ts';
import { bifrostEventBody } from '#src/domain/gateway/bifrost-event-body.ts';
import {
  type BifrostFacts,
  type BifrostOperation,
  bifrostEnvelope,
  bifrostFailure,
  bifrostOperation,
  bifrostResult,
  bifrostTtl,
  isExpired,
} from '#src/domain/gateway/bifrost-shape.ts';

const chat = bifrostOperation('chat/completions') as BifrostOperation;
const answer = (body: string | Uint8Array, contentType = 'application/json') => ({
  contentType,
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
});
const at = (seconds: number) => new Date(seconds * 1000);
const facts = (more: Partial<BifrostFacts> = {}): BifrostFacts => ({
  ...{ uuid: 'u', state: 'completed', createdAt: at(0), endedAt: at(1), expiresAt: at(2), status: 200 },
  ...{ answer: answer('{"a":1}'), error: null, operation: chat, provider: 'p', model: 'm', ...more },
});
const extra_fields = { provider: 'p', model_requested: 'm', request_type: 'chat_completion' };

describe('the envelope', () => {
  const open: [JobState, string][] = [
    ['scheduled', 'pending'],
    ['queued', 'pending'],
    ['in_progress', 'processing'],
    ['retrying', 'processing'],
  ];
  it.each(open)('of a job that is %s is %s, with four fields', (state, status) => {
    const envelope = bifrostEnvelope(facts({ state, endedAt: null, expiresAt: null, answer: null, status: null }));
    expect(envelope).toEqual({ id: 'u', request_id: 'u', status, created_at: at(0).toISOString() });
  });

  const failed: [Partial<BifrostFacts>, number][] = [
    [{ status: 429 }, 429],
    [{ status: null, error: { code: 'timeout', message: 'late' } }, 504],
    [{ status: null, error: { code: 'connection_refused', message: 'no' } }, 502],
    [{ state: 'cancelled', status: 503 }, 499],
  ];
  it.each(failed)('of a failure %o has the status %d', (more, status) => {
    const envelope = bifrostEnvelope(facts({ state: 'failed', answer: null, ...more }));
    expect(envelope).toMatchObject({ status: 'failed', status_code: status, error: { status_code: status } });
    expect(envelope).not.toHaveProperty('result');
  });

  it("has the API's words first in an error, and ours else", () => {
    const said = { message: 'said', code: 7 };
    const body = (text: string) => bifrostFailure(facts({ state: 'failed', status: 400, answer: answer(text) }));
    expect(body(JSON.stringify({ error: said }))).toMatchObject({ is_bifrost_error: false, error: said });
    for (const text of ['{"error":"text"}', '{"error":{}}', 'no json', '[]'])
      expect(body(text).error).toEqual({ type: 'request_failed', code: 'failed', message: 'the request failed' });
  });
});

describe('the result', () => {
  it('is the JSON of the API, whatever that is, with its numbers as they were', () => {
    const result = (body: string, contentType?: string) => bifrostResult(facts({ answer: answer(body, contentType) }));
    expect(bifrostResult(facts())).toEqual({ a: 1, extra_fields });
    expect(result('{"extra_fields":{"own":1}}')).toEqual({ extra_fields: { own: 1 } });
    expect(result('[1]')).toEqual([1]);
    expect(JSON.stringify(result('{"n":12345678901234567890}'))).toContain('"n":12345678901234567890');
    expect(result('text', 'text/plain')).toEqual({ text: 'text', extra_fields });
    expect(bifrostResult(facts({ answer: null }))).toBe(null);
  });

  it('holds every byte of audio', () => {
    const check = fc.property(fc.uint8Array({ maxLength: 70_000, size: 'max' }), (bytes) => {
      const body = Uint8Array.from([0xff, ...bytes]);
      const result = bifrostResult(facts({ answer: answer(body, 'audio/mpeg') })) as { audio: string };
      expect(Buffer.from(result.audio, 'base64').equals(Buffer.from(body))).toBe(true);
    });
    fc.assert(check, { numRuns: 20 });
  });
});

describe('how long a result is kept', () => {
  it.each([undefined, '', '0', '-1', '1.5', '1e3', 'x', '0x10'])('is an hour for %o', (header) => {
    expect(bifrostTtl(header, 9_999)).toBe(3_600);
  });

  it('is what the header says, up to the most there is', () => {
    const check = fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (seconds) => {
      expect(bifrostTtl(` ${seconds} `, 5_000)).toBe(Math.min(seconds, 5_000));
    });
    fc.assert(check);
    expect(bifrostTtl('+5', 9_999)).toBe(5);
  });

  it('ends at its moment', () => {
    expect([isExpired(facts(), 1_999), isExpired(facts(), 2_000)]).toEqual([false, true]);
    expect(isExpired({ expiresAt: null }, 9e15)).toBe(false);
  });
});

describe('the event', () => {
  const usual = { event: 'async_job.completed', createdAt: at(1), nowMs: 1_500, isOmitted: false };
  const body = (about: object = {}, more: Partial<BifrostFacts> = {}) =>
    bifrostEventBody(facts(more), { ...usual, ...about });

  it('has the result', () => {
    expect(body()).toEqual({
      event: 'async_job.completed',
      created_at: at(1).toISOString(),
      data: {
        ...{ job_id: 'u', request_type: 'chat_completion', status: 'completed', status_code: 200 },
        ...{ created_at: at(0).toISOString(), completed_at: at(1).toISOString() },
        ...{ result_url: '/v1/async/chat/completions/u', result_expires_at: at(2).toISOString() },
        response: { a: 1, extra_fields },
      },
    });
  });

  it('says why it has none', () => {
    const large = answer(JSON.stringify({ a: 'x'.repeat(262_144) }));
    expect(body({ isOmitted: true }).data).toMatchObject({ response_omitted: true });
    expect(body({}, { answer: large }).data).toMatchObject({ response_omitted: true });
    expect(body({}, { state: 'failed', status: 400 }).data).toMatchObject({ error: { status_code: 400 } });
    expect(body({ isOmitted: true }, { state: 'failed' }).data).toMatchObject({ error_omitted: true });
    const late = body({ nowMs: 2_000 }, { answer: null }).data;
    expect(late).toMatchObject({ status: 'completed', status_code: 200, result_expired: true });
    expect(late).not.toHaveProperty('response');
  });
});
