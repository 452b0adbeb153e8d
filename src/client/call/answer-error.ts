import { TRPCClientError } from '@trpc/client';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import { RingbackError } from './errors.ts';
import { readRetryAfter } from './retry-after.ts';

/**
 * Converts a response that is not a success to an error. The body may be problem+json (RFC 9457) or have tRPC's format.
 */
export async function toAnswerError(response: Response): Promise<RingbackError> {
  const text = await response.text().catch(() => '');
  const body = parseObject(text);
  const shape = isObject(body?.error) ? body.error : body;
  const data = isObject(shape?.data) ? shape.data : shape;
  const details = { status: response.status, retryAfterMs: readRetryAfter(response.headers) };
  if (typeof data?.code !== 'string') return notRingback(response, details);
  const message = textOf(shape?.message) ?? textOf(data.detail) ?? textOf(data.title) ?? data.code;
  return new RingbackError(data.code as ErrorCode, message, {
    ...details,
    field: textOf(data.field),
    requestId: textOf(data.requestId) ?? response.headers.get('x-request-id') ?? undefined,
  });
}

/** True when the content type is JSON, so that the body can be Ringback's own. */
export function isJsonAnswer(response: Response): boolean {
  return /^application\/(problem\+)?json\b/i.test(response.headers.get('content-type') ?? '');
}

/** Makes the error for a response that is not Ringback's, like a proxy's error page. */
export function notRingback(
  response: Response,
  details: { status: number; retryAfterMs: number | undefined } = {
    status: response.status,
    retryAfterMs: readRetryAfter(response.headers),
  },
): RingbackError {
  const type = response.headers.get('content-type') ?? 'no content type';
  const message = `The answer (${response.status}, ${type}) is not Ringback's. Is the URL right?`;
  return new RingbackError('bad_answer', message, details);
}

/** Makes the error for a failure below HTTP. `cause` is kept. */
export function toNetworkError(cause: unknown, origin: string): RingbackError {
  if (cause instanceof RingbackError) return cause;
  const reasons = [cause, cause instanceof Error ? cause.cause : undefined].filter((one) => one instanceof Error);
  const reason = reasons.map((one) => ('code' in one ? `${one.message} (${one.code})` : one.message)).join(': ');
  return new RingbackError('network_error', `Ringback at ${origin} could not be reached: ${reason}`, { cause });
}

/** Converts an error of a tRPC call to a RingbackError. Returns any other error unchanged. */
export function fromTrpcError(error: unknown): unknown {
  if (!(error instanceof TRPCClientError)) return error;
  if (error.cause instanceof RingbackError) return error.cause;
  const data: unknown = error.data;
  const response = error.meta?.response as Response | undefined;
  if (!isObject(data) || typeof data.code !== 'string') {
    if (response === undefined && error.cause instanceof TypeError) {
      const message = `The input cannot be sent as JSON: ${error.message.replace(/\s+/g, ' ')}.`;
      return new RingbackError('invalid_input', message, { cause: error });
    }
    const message = `The answer could not be read: ${error.message}`;
    return new RingbackError('bad_answer', message, { status: response?.status, cause: error });
  }
  return new RingbackError(data.code as ErrorCode, error.message, {
    field: textOf(data.field),
    status: typeof data.httpStatus === 'number' ? data.httpStatus : undefined,
    requestId: textOf(data.requestId),
    retryAfterMs: response && readRetryAfter(response.headers),
    cause: error,
  });
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
