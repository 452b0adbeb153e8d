import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventSamples } from '#src/contract/event/event-samples.ts';
import { eventJsonSchemas, eventTypes } from '#src/contract/event/event-schemas.ts';
import type { EventType } from '#src/contract/event/events.ts';

/** Folder of the pages and schemas, from the root of the checkout. */
export const eventDocsFolder = 'docs/events';

/** Returns every file of docs/events with its content. */
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
    'Written from `src/contract/event/event-schemas.ts` by `node test/support/docs/write-event-schemas.ts`.\n',
    ...sections,
  ].join('\n');
}

const lineWidth = 120;

/**
 * Returns JSON in the formatter's layout: a value that fits on one line stays on one line. `used` columns of that line
 * are already taken.
 */
function lay(value: unknown, indent = '', used = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const entries = Object.entries(value).map(([key, item]) => ({ key: list ? '' : `${JSON.stringify(key)}: `, item }));
  const [open, close] = list ? '[]' : '{}';
  if (entries.length === 0) return `${open}${close}`;
  const line = onOneLine(value);
  // One column is reserved for the comma that may follow.
  if (line !== null && indent !== '' && used + line.length < lineWidth) return line;
  const inner = `${indent}  `;
  const lines = entries.map(({ key, item }) => `${inner}${key}${lay(item, inner, inner.length + key.length)}`);
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** Returns a value on one line, or null if it must be broken up: lists of several objects with several fields each. */
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
  const folder = path.join(import.meta.dirname, '..', '..', '..', eventDocsFolder);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of eventDocs()) writeFileSync(path.join(folder, name), text);
}
