import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { eventSamples } from '#src/contract/event/event-samples.ts';
import { eventJsonSchemas, eventSchemas, eventTypes } from '#src/contract/event/event-schemas.ts';
import type { EventType } from '#src/contract/event/events.ts';
import { decide } from '#src/domain/decide/decide.ts';
import { idPrefixes, parseId } from '#src/domain/text/id.ts';
import { connectionError } from '#src/outbound/classify.ts';
import { eventDocs, eventDocsFolder } from '#test/support/docs/write-event-schemas.ts';
import { policy, response, timings } from '#test/unit/domain/decide/outcomes.ts';

const folder = path.resolve(import.meta.dirname, '../../../..', eventDocsFolder);
const schemas = eventJsonSchemas();
const ajv = new Ajv2020({
  allErrors: true,
  formats: {
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
    uri: (text: string) => URL.canParse(text),
  },
});
const isValid = Object.fromEntries(eventTypes.map((type) => [type, ajv.compile(schemas[type])]));
const samples = eventTypes.flatMap((type) => eventSamples[type].map(({ title, body }) => ({ type, title, body })));

type Fields = Record<string, unknown>;
type Path = string[];

function fits(type: EventType, body: unknown): boolean {
  const byJsonSchema = isValid[type]?.(body) ?? false;
  expect(eventSchemas[type].safeParse(body).success, 'zod and the JSON Schema agree').toBe(byJsonSchema);
  return byJsonSchema;
}

/** The places of all objects in a value, without maps whose keys are the user's. */
function objectsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || ['headers', 'metadata'].includes(at.at(-1) ?? '')) return [];
  const inner = Object.entries(value).flatMap(([key, item]) => objectsIn(item, [...at, key]));
  return Array.isArray(value) ? inner : [at, ...inner];
}

/** A copy of a body in which the object at a place was changed. */
function changed(body: object, at: Path, change: (object: Fields) => void): object {
  const copy = structuredClone(body);
  change(at.reduce((object, key) => object[key] as Fields, copy as Fields));
  return copy;
}

function objectSchemasIn(schema: unknown): Fields[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.values(schema).flatMap(objectSchemasIn);
  return 'properties' in schema && 'type' in schema && schema.type === 'object' ? [schema, ...inner] : inner;
}

test('docs/events holds what is generated and nothing else', () => {
  const committed = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]);
  const generated = Object.fromEntries(eventDocs());
  expect(Object.fromEntries(committed), 'run: node test/support/docs/write-event-schemas.ts').toEqual(generated);
});

test('the page of events links to files that exist', () => {
  const links = [...(eventDocs().get('README.md') ?? '').matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  expect(links).toHaveLength(eventTypes.length + 1);
  expect(links.filter((link) => !existsSync(path.join(folder, link)))).toEqual([]);
});

describe.each(eventTypes)('the schema of %s', (type) => {
  test('is of 2020-12 and names each field of each object as required and as all there is', () => {
    expect(schemas[type].$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const objects = objectSchemasIn(schemas[type]);
    expect(objects.length).toBeGreaterThan(2);
    for (const { properties, required, additionalProperties } of objects) {
      expect(required).toEqual(Object.keys(properties as object));
      expect(additionalProperties).toBe(false);
    }
  });

  test('fits its own samples and no other event', () => {
    const fitting = samples.filter(({ body }) => fits(type, body));
    expect(fitting).toEqual(samples.filter((sample) => sample.type === type));
    expect(fitting).not.toEqual([]);
  });
});

describe.each(samples)('a $type ($title)', ({ type, body }) => {
  test('is refused with a field too many or one too few, wherever', () => {
    for (const at of objectsIn(body)) {
      const more = changed(body, at, (object) => Object.assign(object, { surprise: null }));
      expect(fits(type, more), `a field more in /${at.join('/')}`).toBe(false);
      const keys = Object.keys(at.reduce((object, key) => object[key] as Fields, body as Fields));
      for (const key of keys) {
        const fewer = changed(body, at, (object) => delete object[key]);
        expect(fits(type, fewer), `without /${[...at, key].join('/')}`).toBe(false);
      }
    }
  });

  test('has ids that are ids', () => {
    const ids = JSON.stringify(body).match(/\b[a-z]{3}_[0-9a-z]{26}\b/g) ?? [];
    expect(ids.filter((id) => !idPrefixes.some((prefix) => parseId(prefix, id) !== null))).toEqual([]);
    expect(ids).not.toEqual([]);
  });
});

test.each<[string, EventType, Path, Fields]>([
  ['a state that is not the end it tells of', 'job.completed', ['data'], { state: 'failed' }],
  ['an id of another kind', 'job.completed', ['data'], { id: 'att_01m7wd4b99ebrv4mp86mhc61ay' }],
  ['a time without its zone', 'job.completed', [], { timestamp: '2026-11-20T11:58:09.338' }],
  ['a day that does not exist', 'job.completed', ['data'], { endedAt: '2026-13-20T11:58:09.338Z' }],
  ['a count that is no whole number', 'job.completed', ['data'], { attempts: 1.5 }],
  ['a status that HTTP does not have', 'job.completed', ['data', 'result'], { status: 99 }],
  ['a body in an unknown encoding', 'job.completed', ['data', 'result'], { encoding: 'hex' }],
  ['a header with a list of values', 'job.completed', ['data', 'result', 'headers'], { 'set-cookie': ['a', 'b'] }],
  ['a code that no job fails with', 'job.failed', ['data', 'error'], { code: 'bad_luck' }],
  ['a reason that disables nothing', 'endpoint.disabled', ['data'], { reason: 'tired' }],
  ['an address that is no URL', 'endpoint.disabled', ['data', 'endpoint'], { url: '/hooks' }],
  [
    'an endpoint instead of a job',
    'delivery.failed',
    ['data', 'delivery'],
    { jobId: 'end_01m7w5q8t2fjz9r0v4d3c6b7hk' },
  ],
])('%s is refused', (_, type, at, fields) => {
  const [sample] = eventSamples[type];
  const wrong = changed(sample?.body ?? {}, at, (object) => Object.assign(object, fields));
  expect(isValid[type]?.(wrong)).toBe(false);
});

test('a delivery to a URL and about no job has neither endpoint nor job', () => {
  const [sample] = eventSamples['delivery.failed'];
  const body = changed(sample?.body ?? {}, ['data', 'delivery'], (delivery) =>
    Object.assign(delivery, { endpointId: null, jobId: null }),
  );
  expect(fits('delivery.failed', body)).toBe(true);
});

test('samples of failed attempts are worded as what is really decided', () => {
  const attempts = eventSamples['job.attempt_failed'].map(({ body }) => body.data.attempt);
  const refused = connectionError('connection_refused', 'ECONNREFUSED');
  if (refused.kind !== 'connection_error') throw new Error('not a connection error');
  const cases = [
    { retries: { 503: 1 }, random: 904 / 1_800, outcome: response(503) },
    { retries: { connection_error: 5 }, random: 0, outcome: { ...refused, requestSent: false, timings } },
  ];
  for (const [index, { retries, random, outcome }] of cases.entries()) {
    const { number = 0, decision, failure } = attempts[index] ?? {};
    const history = { attempts: number, interruptions: 0, retries };
    const made = decide({ policy: policy(), history, outcome, nowMs: 0, random, deadlineAtMs: null });
    const delayMs = made.then === 'retry' ? made.delayMs : null;
    expect(decision).toEqual({ then: made.then, rule: made.rule, why: made.why, delayMs });
    expect(failure?.message).toBe(made.then === 'fail' ? made.error.message : undefined);
  }
});
