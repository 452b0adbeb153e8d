import type { ConnectionErrorCode, HeaderList, Outcome, Timings } from '#src/domain/decide/outcome.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import { isPolicyRefusal } from '#src/domain/policy/read-strategy.ts';
import { type PolicyInput, resolvePolicy } from '#src/domain/policy/resolve-policy.ts';

export const timings: Timings = { dnsMs: 1, connectMs: 1, tlsMs: null, firstByteMs: 5, bodyMs: 1, totalMs: 8 };

export function response(
  status: number,
  headers: Record<string, string> | HeaderList = {},
  body = '',
  truncated = false,
): Outcome {
  const list: HeaderList = Array.isArray(headers) ? headers : Object.entries(headers);
  return {
    kind: 'response',
    status,
    headers: list,
    body: new TextEncoder().encode(body),
    truncated,
    redirects: [],
    timings,
    remoteAddress: null,
  };
}

export function timedOut(requestSent: boolean): Outcome {
  return { kind: 'timeout', afterMs: 5_000, phase: requestSent ? 'headers' : 'connect', requestSent, timings };
}

export function broken(code: ConnectionErrorCode, requestSent: boolean): Outcome {
  return { kind: 'connection_error', code, message: `it was ${code}`, requestSent, timings };
}

/** A policy that must be readable; a GET's unless told otherwise. */
export function policy(input: Partial<PolicyInput> = {}): Policy {
  const resolved = resolvePolicy({ method: 'GET', hasIdempotencyKey: false, ...input });
  if (isPolicyRefusal(resolved)) throw new Error(resolved.message);
  return resolved;
}
