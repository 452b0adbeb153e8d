import { expect, it } from 'vitest';
import { formatId } from '#src/domain/text/id.ts';
import { responseEventBytes, responseEventOf } from '#src/engine/event/response-event.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';

type Ended = Pick<FullJobRow, 'gateway' | 'state' | 'result_body' | 'truncated'>;

const eventOf = (ended: Partial<Ended>, body?: string) =>
  responseEventOf({
    ...{ gateway: 'responses', state: 'completed', truncated: false },
    result_body: body === undefined ? null : Buffer.from(body),
    ...ended,
  } as FullJobRow);

it('a plain job, and a job of another gateway, is no model response', () => {
  expect(eventOf({ gateway: null }, '{"status":"completed"}')).toBeNull();
  expect(eventOf({ gateway: 'chat' }, '{"status":"completed"}')).toBeNull();
});

it('the state of the job decides, and of a completed one the status of the response', () => {
  expect(eventOf({ state: 'cancelled' })).toBe('response.cancelled');
  expect(eventOf({ state: 'failed' }, '{"status":"completed"}')).toBe('response.failed');
  for (const status of ['completed', 'failed', 'incomplete', 'cancelled'])
    expect(eventOf({}, JSON.stringify({ output: [{ status: 'x' }], status }))).toBe(`response.${status}`);
});

it('a body that says nothing of the kind is complete', () => {
  for (const body of [
    '',
    'no JSON',
    'null',
    '[]',
    '{"status":"queued"}',
    '{"status":3}',
    '{"output":{"status":"failed"}}',
  ])
    expect(eventOf({}, body)).toBe('response.completed');
  expect(eventOf({ truncated: true }, '{"status":"failed"}')).toBe('response.completed');
  expect(eventOf({})).toBe('response.completed');
});

it('is told by bytes that follow from the delivery alone', () => {
  const delivery = {
    type: 'response.incomplete',
    job_id: '019a9f70-54c2-7d8b-9a31-6a1d2b3c4d5e',
    event_id: '019a9f70-54c2-7d8b-9a31-6a1d2b3c4d5f',
    created_at: new Date('2026-11-20T11:58:09.338Z'),
  };
  expect(JSON.parse(String(responseEventBytes(delivery)))).toEqual({
    id: formatId('evt', delivery.event_id),
    object: 'event',
    created_at: 1_795_175_889,
    type: 'response.incomplete',
    data: { id: formatId('resp', delivery.job_id) },
  });
  expect(responseEventBytes(delivery)).toEqual(responseEventBytes({ ...delivery }));
  expect(responseEventBytes({ ...delivery, type: 'job.completed' })).toBeNull();
  expect(responseEventBytes({ ...delivery, job_id: null })).toBeNull();
});
