import { describe, expect, it } from 'vitest';
import type { EndpointInput } from '#src/contract/endpoint/endpoint-input.ts';
import { parseEndpoint, parseEndpointEdits, parseRotation } from '#src/contract/endpoint/parse-endpoint.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';

const name = 'orders';
const url = 'https://app.example.com/hooks';

function parse(input: Partial<EndpointInput> = {}) {
  return parseEndpoint({ name, url, ...input }).spec;
}

function refusalOf(read: () => unknown): { code: string; field: string | undefined; message: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, field: error.field, message: error.message };
    throw error;
  }
  throw new Error('was not refused');
}

describe('an endpoint', () => {
  it('needs only a name and a URL', () => {
    expect(parseEndpoint({ name, url: 'https://App.example.com' })).toEqual({
      spec: {
        name,
        url: 'https://app.example.com/',
        description: '',
        events: ['job.completed', 'job.failed', 'job.cancelled'],
        labels: [],
        projectWide: false,
        payload: 'full',
        format: 'ringback',
        headers: [],
        scheduleSeconds: null,
        giveUpOn: [],
        rate: null,
        concurrency: null,
      },
      signing: 'v1',
    });
  });

  it('is named by lower-case letters, digits, "-" and "_"', () => {
    for (const fine of ['a', '0', 'a-b_c9', 'x'.repeat(64)]) expect(parse({ name: fine }).name).toBe(fine);
  });

  it('takes events once each, and job.* for all of those of jobs', () => {
    expect(parse({ events: ['delivery.failed', 'job.failed', 'delivery.failed'] }).events).toEqual([
      'delivery.failed',
      'job.failed',
    ]);
    expect(parse({ events: ['job.failed', 'job.*', 'endpoint.disabled'] }).events).toEqual([
      'job.failed',
      'job.completed',
      'job.cancelled',
      'job.started',
      'job.attempt_failed',
      'endpoint.disabled',
    ]);
  });

  it('hears of the ends of jobs when nothing is said, and of their progress when that is asked for', () => {
    expect(parse({}).events).toEqual(['job.completed', 'job.failed', 'job.cancelled']);
    expect(parse({ events: ['job.attempt_failed', 'job.started'] }).events).toEqual([
      'job.attempt_failed',
      'job.started',
    ]);
  });

  it('takes its schedule in short or as callbacks do, with durations as text', () => {
    expect(parse({ scheduleSeconds: [1, '2m'] }).scheduleSeconds).toEqual([1, 120]);
    expect(parse({ retry: { scheduleSeconds: ['500ms'] } }).scheduleSeconds).toEqual([0.5]);
    expect(parse({ scheduleSeconds: [] }).scheduleSeconds).toEqual([]);
    expect(parse({ scheduleSeconds: null }).scheduleSeconds).toBeNull();
    expect(parse({ retry: null }).scheduleSeconds).toBeNull();
  });

  it('takes statuses to give up on, each once, in short or with the schedule', () => {
    expect(parse({ giveUpOn: [400, '422', ' 4xx ', 400, '400'] }).giveUpOn).toEqual(['400', '422', '4xx']);
    expect(parse({ giveUpOn: ['500-599', '401,403', 'any'] }).giveUpOn).toEqual(['500-599', '401,403', 'any']);
    expect(parse({ retry: { giveUpOn: [404] } })).toMatchObject({ giveUpOn: ['404'], scheduleSeconds: null });
    expect(parse({ giveUpOn: null }).giveUpOn).toEqual([]);
    expect(parseEndpointEdits({ retry: { giveUpOn: [404] } })).toEqual({ giveUpOn: ['404'], removedHeaders: [] });
    expect(parseEndpointEdits({ retry: null })).toMatchObject({ giveUpOn: [], scheduleSeconds: null });
  });

  it('shows secret headers masked, named or marked', () => {
    const headers = {
      'X-Api-Key': 'k-1',
      'x-tenant': { $redacted: { strings: ['t-', ''], values: ['9'] } },
      'x-a': 'b',
    };
    expect(parse({ headers }).headers).toEqual([
      { name: 'x-api-key', value: 'k-1', masked: '********' },
      { name: 'x-tenant', value: 't-9', masked: 't-********' },
      { name: 'x-a', value: 'b', masked: null },
    ]);
  });

  const wrong: [what: string, input: Record<string, unknown>, code: string, field: string, says?: string][] = [
    ['no name', { name: undefined }, 'invalid_input', 'name'],
    ['an empty name', { name: '' }, 'invalid_input', 'name'],
    ['a name with capitals', { name: 'Orders' }, 'invalid_input', 'name'],
    ['a name that begins with "-"', { name: '-a' }, 'invalid_input', 'name'],
    ['a name with a line break at its end', { name: 'a\n' }, 'invalid_input', 'name'],
    ['a name of 65 characters', { name: 'x'.repeat(65) }, 'invalid_input', 'name'],
    ['no URL', { url: undefined }, 'invalid_input', 'url'],
    ['ftp', { url: 'ftp://example.com/' }, 'invalid_url', 'url'],
    ['a long description', { description: 'x'.repeat(501) }, 'invalid_input', 'description'],
    ['U+0000', { description: 'a\u0000' }, 'invalid_text', 'description'],
    ['a lone surrogate', { labels: ['\ud800'] }, 'invalid_text', 'labels.0'],
    ['an unknown event', { events: ['job.failed', 'job.done'] }, 'invalid_input', 'events.1', 'job.done'],
    ['the test event', { events: ['endpoint.test'] }, 'invalid_input', 'events.0', 'endpoint.test'],
    ['no events', { events: [] }, 'invalid_input', 'events'],
    ['17 labels', { labels: Array.from({ length: 17 }, (_, n) => `l${n}`) }, 'invalid_input', 'labels'],
    ['an empty label', { labels: ['a', ''] }, 'invalid_input', 'labels.1'],
    ['projectWide as text', { projectWide: 'yes' }, 'invalid_input', 'projectWide'],
    ['an unknown payload', { payload: 'thick' }, 'invalid_input', 'payload'],
    ['a header of the message', { headers: { 'content-type': 'a/b' } }, 'invalid_header', 'headers.content-type'],
    ['a header of signatures', { headers: { 'webhook-id': 'x' } }, 'invalid_header', 'headers.webhook-id'],
    ['null for a header', { headers: { 'x-a': null } }, 'invalid_header', 'headers.x-a'],
    ['a masked value', { headers: { authorization: 'Bearer ********' } }, 'invalid_header', 'headers.authorization'],
    ['a schedule of 33', { scheduleSeconds: Array(33).fill(1) }, 'invalid_input', 'scheduleSeconds'],
    ['a delay of 8 days', { retry: { scheduleSeconds: [1, '8d'] } }, 'invalid_input', 'retry.scheduleSeconds.1'],
    [
      'both ways to write a schedule',
      { scheduleSeconds: [1], retry: { scheduleSeconds: [1] } },
      'conflicting_fields',
      'scheduleSeconds',
    ],
    ['a status that is none', { giveUpOn: [404, 'teapot'] }, 'invalid_input', 'giveUpOn.1'],
    ['a status beyond 999', { retry: { giveUpOn: [1_000] } }, 'invalid_input', 'retry.giveUpOn.0'],
    ['success to give up on', { giveUpOn: ['200-404'] }, 'invalid_input', 'giveUpOn.0'],
    ['33 statuses', { giveUpOn: Array.from({ length: 33 }, (_, n) => 400 + n) }, 'invalid_input', 'giveUpOn'],
    [
      'both ways to write statuses',
      { giveUpOn: [404], retry: { scheduleSeconds: [1] } },
      'conflicting_fields',
      'giveUpOn',
    ],
    ['a rate of 0', { rate: 0 }, 'invalid_input', 'rate'],
    ['a rate of 10,001', { rate: 10_001 }, 'invalid_input', 'rate'],
    ['half a delivery at once', { concurrency: 1.5 }, 'invalid_input', 'concurrency'],
    ['1,001 at once', { concurrency: 1_001 }, 'invalid_input', 'concurrency'],
    ['an unknown signing', { signing: 'rsa' }, 'invalid_input', 'signing'],
    ['an unknown field', { secret: 'whsec_x' }, 'unknown_field', 'secret'],
    ['an unknown field below', { retry: { scheduleSeconds: [], limit: 3 } }, 'unknown_field', 'retry.limit'],
  ];
  it.each(wrong)('is refused with %s', (_what, input, code, field, says = field) => {
    const refusal = refusalOf(() => parseEndpoint({ name, url, ...input }));
    expect(refusal).toMatchObject({ code, field });
    expect(refusal.message).toContain(says);
  });

  it('is refused when it is no object', () => {
    for (const input of [null, 7, 'x', []]) {
      expect(refusalOf(() => parseEndpoint(input)).code).toBe('invalid_input');
    }
  });

  it('takes limits at their bounds', () => {
    expect(parse({ rate: 0.01, concurrency: 1_000 })).toMatchObject({ rate: 0.01, concurrency: 1_000 });
    expect(parse({ rate: 10_000, concurrency: 1 })).toMatchObject({ rate: 10_000, concurrency: 1 });
  });
});

describe('changes to an endpoint', () => {
  it('hold what is given and no defaults', () => {
    expect(parseEndpointEdits({})).toEqual({ removedHeaders: [] });
    expect(parseEndpointEdits({ rate: null, events: ['job.failed'] })).toEqual({
      rate: null,
      events: ['job.failed'],
      removedHeaders: [],
    });
  });

  it('remove headers by null, unless the same name is given in other letters', () => {
    const change = parseEndpointEdits({ headers: { 'X-A': null, 'X-B': null, 'x-b': 'b' } });
    expect(change.removedHeaders).toEqual(['x-a']);
    expect(change.headers).toEqual([{ name: 'x-b', value: 'b', masked: null }]);
  });

  it('are checked like a new endpoint', () => {
    expect(refusalOf(() => parseEndpointEdits({ name: 'A' }))).toMatchObject({ code: 'invalid_input', field: 'name' });
    expect(refusalOf(() => parseEndpointEdits({ headers: { host: 'x' } })).field).toBe('headers.host');
    expect(refusalOf(() => parseEndpointEdits({ headers: 7 })).field).toBe('headers');
    expect(refusalOf(() => parseEndpointEdits({ signing: 'v1' }))).toMatchObject({ code: 'unknown_field' });
    expect(refusalOf(() => parseEndpointEdits({ headers: { 'x-token': '********' } })).code).toBe('invalid_header');
  });
});

describe('a rotation', () => {
  it('keeps the old secrets for a day when nothing is said', () => {
    expect(parseRotation({})).toEqual({ overlapSeconds: 86_400, signing: null });
    expect(parseRotation({ overlapSeconds: '1h', signing: 'v1a' })).toEqual({ overlapSeconds: 3_600, signing: 'v1a' });
    expect(parseRotation({ overlapSeconds: 0 }).overlapSeconds).toBe(0);
  });

  it('keeps them for at most a week', () => {
    expect(parseRotation({ overlapSeconds: 604_800 }).overlapSeconds).toBe(604_800);
    for (const overlapSeconds of [604_801, -1, 'soon', null]) {
      expect(refusalOf(() => parseRotation({ overlapSeconds })).field).toBe('overlapSeconds');
    }
  });
});

describe('an endpoint of the format openai', () => {
  const url = 'https://app.example.com/';
  const all = ['response.completed', 'response.failed', 'response.cancelled', 'response.incomplete'];

  it('hears of all ends of model responses, or of those that are named', () => {
    expect(parseEndpoint({ name, url, format: 'openai' }).spec).toMatchObject({ format: 'openai', events: all });
    const one = parseEndpoint({ name, url, format: 'openai', events: ['response.failed'] });
    expect(one.spec.events).toEqual(['response.failed']);
  });

  it('can ask for no other events, and other endpoints not for these', () => {
    const refused = (input: object) => () => parseEndpoint({ name, url, ...input });
    expect(refused({ format: 'openai', events: ['job.completed'] })).toThrow(/`events` has "job.completed"/);
    expect(refused({ events: ['response.failed'] })).toThrow(/which the format ringback does not/);
    expect(refused({ format: 'openai', events: [] })).toThrow(/at least one event; there are response\.completed/);
    expect(refused({ events: [] })).toThrow(/at least one event; there are job\.completed/);
    expect(refused({ format: 'other' })).toThrow(/`format` must be "ringback" or "openai"/);
  });
});
