import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { eventTypes } from '#src/contract/event/event-schemas.ts';
import { openApiDocument } from '#src/server/openapi/openapi-document.ts';
import { allRestRoutes } from '#src/server/rest/rest-table.ts';
import { operationsOf, schemasOf } from '#test/support/openapi.ts';

const document = openApiDocument('https://ringback.example.com');
const operations = operationsOf(document);
const checker = schemasOf(document);

function errorsOf(schema: object, value: unknown): unknown {
  const check = checker(schema);
  return check(value) ? null : check.errors;
}

test('is OpenAPI 3.1 by a public validator', async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result).toMatchObject({ valid: true });
});

test('the validator finds what is wrong', async () => {
  const broken = structuredClone(document);
  Object.assign(broken.paths['/v1/jobs'] ?? {}, { post: { responses: { ok: {} } } });
  expect((await new Validator().validate(broken)).valid).toBe(false);
});

test('has every route, each named by its procedure', () => {
  const inDocument = operations.map(({ method, path, operation }) => `${method} ${path} ${operation.operationId}`);
  expect(inDocument.sort()).toEqual(
    allRestRoutes.map((route) => `${route.method} ${route.path} ${route.procedure}`).sort(),
  );
});

test('every operation names a scope', () => {
  for (const { operation } of operations)
    expect(operation.security[0], operation.operationId).toHaveProperty('apiKey.0');
});

test('every reference leads to a schema or header that is there', () => {
  const { schemas, headers } = document.components;
  for (const [, kind = '', name = ''] of JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
    expect(kind === 'schemas' ? schemas : headers).toHaveProperty([name]);
  }
});

describe.each(operations.map(({ operation }) => [operation.operationId, operation] as const))('%s', (_, operation) => {
  test('its examples are what its schemas say', () => {
    for (const { schema, example } of Object.values(operation.requestBody?.content ?? {})) {
      expect(errorsOf(schema, example)).toBeNull();
    }
    for (const { content } of Object.values(operation.responses)) {
      for (const { schema, example } of Object.values(content)) {
        if (schema && example !== undefined) expect(errorsOf(schema, example)).toBeNull();
      }
    }
  });

  test('its schemas refuse what is not theirs', () => {
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
      expect(errorsOf(schema, { noSuchField: 1 })).not.toBeNull();
    }
  });
});

type Webhooks = Record<string, { post: { requestBody: { content: Record<string, WebhookContent> } } }>;
type WebhookContent = { schema: object; examples: Record<string, { value: unknown }> };

test.each(eventTypes)('the webhook %s has samples that its schema accepts', (type) => {
  const content = (document.webhooks as Webhooks)[type]?.post.requestBody.content['application/json'];
  const samples = Object.values(content?.examples ?? {});
  expect(samples).not.toHaveLength(0);
  for (const { value } of samples) expect(errorsOf(content?.schema ?? {}, value)).toBeNull();
});
