import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventJsonSchemas, eventTypes } from '#src/contract/event-schemas.ts';
import type { EventBody, EventType, FullJobData } from '#src/contract/events.ts';
import type { Job } from '#src/contract/job.ts';

/** Where the pages and schemas lie, from the root of the checkout. */
export const eventDocsFolder = 'docs/events';

const completed: FullJobData<'job.completed'> = {
  id: 'job_01m7wd4b99ebrv4mp86mhc61ay',
  state: 'completed',
  waitReason: null,
  method: 'POST',
  url: 'https://api.example.com/v1/report',
  headers: { authorization: '********', 'content-type': 'application/json' },
  labels: ['report'],
  metadata: { orderId: 1041 },
  attempts: 3,
  maxAttempts: 25,
  createdAt: '2026-11-20T11:57:58.569Z',
  runAt: null,
  deadlineAt: null,
  startedAt: '2026-11-20T11:57:58.581Z',
  endedAt: '2026-11-20T11:58:09.338Z',
  nextAttemptAt: null,
  result: {
    body: '{"ok":true}',
    encoding: 'utf8',
    status: 200,
    headers: { 'content-type': 'application/json', 'content-length': '11' },
    contentType: 'application/json',
    size: 11,
    truncated: false,
    omitted: false,
    url: 'https://ringback.example.com/v1/jobs/job_01m7wd4b99ebrv4mp86mhc61ay/result',
    expiresAt: '2026-11-21T11:58:09.338Z',
  },
  resultExpiredAt: null,
  error: null,
  callback: {
    url: 'https://app.example.com/api/ringback',
    endpoint: null,
    events: ['job.completed', 'job.failed', 'job.cancelled'],
    headers: {},
    payload: 'full',
  },
  idempotencyKey: 'report-1041',
  rerunOf: null,
};

const endpoint = { id: 'end_01m7w5q8t2fjz9r0v4d3c6b7hk', name: 'billing' };
const endpointUrl = 'https://billing.example.com/hooks/ringback';

/** What an event can look like; the first of each type is the one to read. */
export const eventSamples: { [Type in EventType]: { title: string; body: EventBody<Type> }[] } = {
  'job.completed': [
    { title: 'full', body: { type: 'job.completed', timestamp: '2026-11-20T11:58:09.338Z', data: completed } },
    {
      title: 'full, its result left out for its size',
      body: {
        type: 'job.completed',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: { ...completed, result: omitted(completed.result) },
      },
    },
    {
      title: 'thin',
      body: {
        type: 'job.completed',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: { id: completed.id, state: 'completed' },
      },
    },
  ],
  'job.failed': [
    {
      title: 'full, without a response',
      body: {
        type: 'job.failed',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: {
          ...completed,
          state: 'failed',
          attempts: 6,
          result: null,
          error: {
            code: 'connection_refused',
            message: 'The target refused the connection.',
            retryable: true,
          },
        },
      },
    },
  ],
  'job.cancelled': [
    {
      title: 'full',
      body: {
        type: 'job.cancelled',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: { ...completed, state: 'cancelled', attempts: 0, startedAt: null, result: null },
      },
    },
  ],
  'endpoint.disabled': [
    {
      title: 'failing for days',
      body: {
        type: 'endpoint.disabled',
        timestamp: '2026-11-20T12:00:04.117Z',
        data: { endpoint: { ...endpoint, url: endpointUrl }, reason: 'failing', since: '2026-11-15T11:59:31.902Z' },
      },
    },
  ],
  'delivery.failed': [
    {
      title: 'to an endpoint, about a job',
      body: {
        type: 'delivery.failed',
        timestamp: '2026-11-22T09:31:55.640Z',
        data: {
          delivery: {
            id: 'dlv_01m7wd4edsf0tb3n5y8k2q6xhc',
            eventId: 'evt_01m7wd4edvea6s25ha8t9qa6zw',
            type: 'job.completed',
            endpointId: endpoint.id,
            jobId: completed.id,
            url: endpointUrl,
            attempts: 10,
          },
          error: { code: 'bad_status', message: 'The receiver answered 503.' },
        },
      },
    },
  ],
  'endpoint.test': [
    {
      title: 'sent on request',
      body: {
        type: 'endpoint.test',
        timestamp: '2026-11-20T12:14:40.005Z',
        data: { endpoint, message: 'This is a test of the endpoint billing.' },
      },
    },
  ],
};

function omitted(result: Job['result']): Job['result'] {
  return result && { ...result, body: null, size: 1_048_576, omitted: true };
}

/** Every file of docs/events and what it is to hold. */
export function eventDocs(): Map<string, string> {
  const schemas = eventJsonSchemas();
  const files = eventTypes.map((type) => [`${type}.schema.json`, `${lay(schemas[type])}\n`] as const);
  const readme = page((type) => schemas[type].description ?? '');
  return new Map([['README.md', readme], ...files]);
}

function page(description: (type: EventType) => string): string {
  const rows = eventTypes.map((type) => `| [\`${type}\`](#${type.replaceAll('.', '')}) | ${description(type)} |`);
  const sections = eventTypes.map((type) => {
    const samples = eventSamples[type].map(
      ({ title, body }) => `A sample: ${title}.\n\n\`\`\`json\n${lay(body)}\n\`\`\`\n`,
    );
    return [`## \`${type}\`\n`, `${description(type)} [Schema](${type}.schema.json).\n`, ...samples].join('\n');
  });
  return [
    '# Events\n',
    'What Ringback posts to a callback or to an endpoint: `{ "type", "timestamp", "data" }`, where `data` depends on `type`. The\n' +
      "event's id is in the header `webhook-id`; see [callbacks](../callbacks.md) for the signature and for what to answer.\n",
    `| type | when |\n| --- | --- |\n${rows.join('\n')}\n`,
    'The schemas are JSON Schema 2020-12 and exact for this version: a field they do not name is not sent. A later version may\n' +
      'send more fields, so ignore those you do not know rather than refuse the event.\n',
    'Written from `src/contract/event-schemas.ts` by `node test/support/write-event-schemas.ts`.\n',
    ...sections,
  ].join('\n');
}

const lineWidth = 120;

/** JSON as the formatter leaves it: what fits on a line is on one line, `used` columns of which are taken. */
function lay(value: unknown, indent = '', used = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const entries = Object.entries(value).map(([key, item]) => ({ key: list ? '' : `${JSON.stringify(key)}: `, item }));
  const [open, close] = list ? '[]' : '{}';
  if (entries.length === 0) return `${open}${close}`;
  const line = onOneLine(value);
  // One column is left for the comma that may follow.
  if (line !== null && indent !== '' && used + line.length < lineWidth) return line;
  const inner = `${indent}  `;
  const lines = entries.map(({ key, item }) => `${inner}${key}${lay(item, inner, inner.length + key.length)}`);
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** Null for what must be broken up: lists of several objects that each have several fields. */
function onOneLine(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  if (list && value.length > 1 && value.every((item) => isLarge(item))) return null;
  const parts = Object.entries(value).map(([key, item]) => {
    const text = onOneLine(item);
    return text === null ? null : list ? text : `${JSON.stringify(key)}: ${text}`;
  });
  if (parts.includes(null)) return null;
  if (parts.length === 0) return list ? '[]' : '{}';
  return list ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
}

function isLarge(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 1;
}

if (import.meta.main) {
  const folder = path.join(import.meta.dirname, '..', '..', eventDocsFolder);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of eventDocs()) writeFileSync(path.join(folder, name), text);
}
