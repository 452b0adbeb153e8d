import { type ErrorCode, errorCodes } from '#src/contract/shape/error-code.ts';
import { problemSchema } from '#src/contract/shape/error-schema.ts';
import type { AnswerHeader } from '#src/server/rest/answer-headers.ts';
import type { Given, RestRoute } from '#src/server/rest/route.ts';
import type { SchemaBook } from './schema-book.ts';

/** Returns the responses of an operation by status: what it gives, and every refusal that it may answer. */
export function responsesOf(route: RestRoute, book: SchemaBook): Record<string, object> {
  const responses: Record<string, object> = {};
  for (const given of route.gives) responses[given.status] = answerOf(given, book);
  for (const [status, codes] of refusalsOf(route)) responses[status] = refusal(codes, book);
  return responses;
}

function answerOf(given: Given, book: SchemaBook): object {
  const names: readonly (AnswerHeader | 'x-request-id')[] = [...(given.headers ?? []), 'x-request-id'];
  const headers = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
  return { description: given.says, headers, content: contentOf(given, book) };
}

function contentOf(given: Given, book: SchemaBook): object {
  if ('media' in given) return Object.fromEntries(given.media.map((media) => [media, {}]));
  return { 'application/json': { schema: book.of(given.schema, 'output'), example: given.example } };
}

/** Refusals that any route may answer. */
const always: readonly ErrorCode[] = ['unauthorized', 'key_revoked', 'missing_scope', 'internal', 'unavailable'];
const ofInput: readonly ErrorCode[] = ['invalid_input', 'unknown_field', 'invalid_text'];
const ofBody: readonly ErrorCode[] = ['invalid_json', 'body_too_large'];

function refusalsOf(route: RestRoute): Map<number, ErrorCode[]> {
  const hasBody = typeof route.takes === 'object';
  const codes = new Set<ErrorCode>([
    ...route.errors,
    ...(route.takes !== undefined || route.waits !== undefined ? ofInput : []),
    ...(hasBody ? ofBody : []),
    ...(route.path.includes('{id}') ? (['not_found'] as const) : []),
    ...always,
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const [status] = errorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

function refusal(codes: readonly ErrorCode[], book: SchemaBook): object {
  const schema = book.of(problemSchema, 'output');
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCodes[code][1]}.`).join(' '),
    headers: { 'x-request-id': { $ref: '#/components/headers/x-request-id' } },
    content: { 'application/problem+json': { schema } },
  };
}
