import { expect, it } from 'vitest';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { asTrpcError } from '#src/server/call/procedure.ts';
import { asRefusal } from '#src/server/call/refusals.ts';

const away = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
const restarting = Object.assign(new Error('the database system is starting up'), { code: '57P03' });
const broken = new Error('Client has encountered a connection error and is not queryable');

it.each([
  ['unavailable', away],
  ['unavailable', restarting],
  ['unavailable', broken],
  ['internal', new TypeError('undefined is not a function')],
  ['rate_limited', new Refusal('rate_limited', 'too many')],
  ['not_found', new Refusal('not_found', 'there is no such job')],
])('is %s also after tRPC has wrapped it', (code, error) => {
  expect(asRefusal(error).code).toBe(code);
  expect(asRefusal(asTrpcError(error)).code).toBe(code);
  expect(asRefusal(asTrpcError(asTrpcError(error))).code).toBe(code);
});
