import { errorCodes, Refusal } from '#src/contract/shape/error-code.ts';
import { LaterRefusal } from '#src/contract/shape/later-refusal.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json } from '#src/server/http/wire.ts';

/** The content of `error` in OpenAI's shape of an error. */
export type OpenAiError = { message: string; type: string; code: string | null; param: string | null };

/** Options of an error response. */
export type OpenAiErrorOptions = {
  /** True if the request can be sent again after a failure of the server without doing its work twice. */
  repeatable: boolean;
};

/** A refusal with a status and a code of its own, for what has no code in our own API. */
export class OpenAiRefusal extends Refusal {
  readonly shown: Pick<OpenAiError, 'code'>;

  constructor(code: string, message: string, param?: string) {
    super('invalid_input', message, param);
    this.shown = { code };
  }
}

/**
 * Returns an error response in OpenAI's shape. Its clients repeat 408, 409, 429 and 5xx by themselves; the header
 * `x-should-retry: false` tells them not to, where a repeat is pointless or might do the work twice.
 */
export function openAiError(refusal: Refusal, { repeatable }: OpenAiErrorOptions): HttpResponse {
  const [status] = errorCodes[refusal.code];
  const error: OpenAiError = {
    message: refusal.message,
    type: typeOf(status),
    code: refusal instanceof OpenAiRefusal ? refusal.shown.code : codeOf(refusal),
    param: refusal.field ?? null,
  };
  const isPointless = status < 500 && status !== 429;
  return json(
    status,
    { error },
    {
      ...(isPointless || (status >= 500 && !repeatable) ? { 'x-should-retry': 'false' } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(refusal instanceof MethodNotAllowed ? { allow: refusal.allow } : {}),
      ...(refusal instanceof LaterRefusal ? { 'retry-after': String(refusal.retryAfterSeconds) } : {}),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    },
  );
}

function typeOf(status: number): string {
  if (status >= 500) return 'server_error';
  if (status === 429) return 'rate_limit_error';
  if (status === 403) return 'permission_error';
  return 'invalid_request_error';
}

/** Returns the code of a refusal. Clients of OpenAI know a key that is not valid by `invalid_api_key`. */
function codeOf({ code }: Refusal): string {
  return code === 'unauthorized' || code === 'key_revoked' ? 'invalid_api_key' : code;
}
