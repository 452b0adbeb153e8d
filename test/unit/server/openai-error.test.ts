import { expect, it } from 'vitest';
import { type ErrorCode, Refusal } from '#src/contract/shape/error-code.ts';
import { openAiError } from '#src/server/gateway/openai-error.ts';

const answer = (code: ErrorCode, repeatable: boolean) => {
  const { status, headers, body } = openAiError(new Refusal(code, 'why', 'url'), { repeatable });
  return { status, retry: headers?.['x-should-retry'], ...(JSON.parse(String(body)) as { error: object }) };
};

it('has the shape of an error of OpenAI', () => {
  const error = { message: 'why', type: 'invalid_request_error', code: 'invalid_url', param: 'url' };
  expect(answer('invalid_url', true)).toEqual({ status: 400, retry: 'false', error });
  expect(answer('key_revoked', true).error).toMatchObject({ code: 'invalid_api_key' });
  expect(answer('missing_scope', true).error).toMatchObject({ type: 'permission_error' });
  expect(answer('internal', true).error).toMatchObject({ type: 'server_error' });
});

it('tells clients not to repeat what is pointless or would be done twice', () => {
  expect(answer('name_taken', true)).toMatchObject({ status: 409, retry: 'false' });
  expect(answer('unavailable', true)).toMatchObject({ status: 503, retry: undefined });
  expect(answer('unavailable', false)).toMatchObject({ status: 503, retry: 'false' });
  expect(answer('rate_limited', false)).toMatchObject({ status: 429, retry: undefined });
});
