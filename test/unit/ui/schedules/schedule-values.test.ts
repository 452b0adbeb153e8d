import { describe, expect, it } from 'vitest';
import type { Schedule } from '#src/contract/schedule/schedule.ts';
import { sampleSchedule } from '#src/server/rest/schedule-samples.ts';
import { scheduleEdits, scheduleInput, scheduleValues } from '#src/ui/schedules/schedule-values.ts';
import { zonedText } from '#src/ui/schedules/schedule-words.ts';

const first = { ...scheduleValues(null, 'Europe/Berlin'), name: 'n', cron: '@daily', url: 'https://a.test/' };
const usual = { name: 'n', cron: '@daily', timezone: 'Europe/Berlin', overlap: 'allow', missed: 'one' };

describe('a new schedule', () => {
  it('has what is typed, and nothing else', () => {
    expect(scheduleInput(first)).toEqual({ ...usual, job: { url: 'https://a.test/' } });
  });

  it('has every part of a job, from its own field or from the JSON', () => {
    const values = {
      ...first,
      method: 'PUT',
      headers: [
        { key: 0, name: 'x-plain', value: 'a', secret: false, kept: null },
        { key: 1, name: 'x-secret', value: 'b', secret: true, kept: null },
        { key: 2, name: '', value: '', secret: false, kept: null },
      ],
      body: '{"a":1}',
      callbackUrl: ' https://b.test/ ',
      more: '{ "labels": ["x"], "url": "https://ignored.test/" }',
    };
    expect(scheduleInput(values)).toEqual({
      ...usual,
      job: {
        url: 'https://a.test/',
        method: 'PUT',
        headers: { 'x-plain': 'a', 'x-secret': { $redacted: { strings: ['', ''], values: ['b'] } } },
        json: { a: 1 },
        callback: 'https://b.test/',
        labels: ['x'],
      },
    });
    expect(scheduleInput({ ...values, bodyIs: 'text' })).toMatchObject({ job: { body: '{"a":1}' } });
  });

  it.each([
    ['the body', { body: '{' }, 'job.json'],
    ['the JSON', { more: '{' }, 'job'],
    ['JSON that is no object', { more: '[]' }, 'job'],
  ])('%s that cannot be read is an error of its field', (_, change, field) => {
    expect(scheduleInput({ ...first, ...change })).toMatchObject({ field, message: expect.any(String) });
  });
});

describe('an edited schedule', () => {
  const job: Schedule['job'] = {
    url: 'https://a.test/?token=********',
    headers: { authorization: 'Bearer ********', 'x-plain': 'a' },
    json: { user: '********', id: 1 },
    callback: { endpoint: 'billing' },
    redact: { query: ['token'], body: ['/user'] },
    retry: 'none',
  };
  const schedule = { ...sampleSchedule, job };
  const values = scheduleValues(schedule, 'UTC');

  it('sends no job when nothing of it was changed', () => {
    expect(scheduleEdits(schedule, { ...values, cron: '@hourly' })).not.toHaveProperty('job');
  });

  it('sends the whole job otherwise, with masks where a secret is kept', () => {
    expect(scheduleEdits(schedule, { ...values, method: 'PUT' })).toMatchObject({ job: { ...job, method: 'PUT' } });
  });

  it('sends a new secret where one was replaced', () => {
    const headers = values.headers.map((line) =>
      line.kept ? { ...line, kept: null, value: 'new', secret: true } : line,
    );
    expect(scheduleEdits(schedule, { ...values, headers })).toMatchObject({
      job: { headers: { authorization: { $redacted: { strings: ['', ''], values: ['new'] } }, 'x-plain': 'a' } },
    });
  });
});

it('a time is that of its zone', () => {
  expect(zonedText('2026-11-23T03:15:00.000Z', 'Asia/Kathmandu')).toBe('Mon 23 Nov, 09:00');
  expect(zonedText('2026-11-22T23:00:00.000Z', 'Europe/Berlin')).toBe('Mon 23 Nov, 00:00');
});
