import { errorCodes, type Refusal } from '#src/contract/shape/error-code.ts';
import { TooManyTries } from '#src/server/call/tries.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json } from '#src/server/http/wire.ts';

/** Types of errors, as clients of OpenAI's API know them. */
function typeOf(status: number): string {
  if (status === 429) return 'rate_limit_error';
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/**
 * Returns a refusal in the shape of OpenAI's errors. Its client repeats some of them by itself; `x-should-retry` tells
 * it not to, where a repetition would be refused for the same reason.
 */
export function openAiError(refusal: Refusal): HttpResponse {
  const [status] = errorCodes[refusal.code];
  const { code, message, field = null } = refusal;
  const mayRepeat = status === 429 || status === 503;
  return json(
    status,
    { error: { message, type: typeOf(status), code, param: field } },
    {
      'x-should-retry': String(mayRepeat),
      ...(refusal instanceof MethodNotAllowed ? { allow: refusal.allow } : {}),
      ...(refusal instanceof TooManyTries ? { 'retry-after': String(refusal.retryAfterSeconds) } : {}),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    },
  );
}
