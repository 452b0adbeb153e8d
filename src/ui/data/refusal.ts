import { TRPCClientError } from '@trpc/client';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import type { AppRouter } from '#src/server/router.ts';

/** Description of a failed call, as a page shows it. */
export type Problem = {
  code: ErrorCode | 'unreachable';
  message: string;
  /** Path of the wrong input, if there is one. */
  field: string | null;
  requestId: string | null;
};

/** Describes any error that a call may throw: a refusal of the server, or no answer at all. */
export function problemOf(error: unknown): Problem {
  const data = error instanceof TRPCClientError ? (error as TRPCClientError<AppRouter>).data : null;
  // An answer that is not Ringback's, such as a proxy's, has no code.
  if (typeof data?.code === 'string') {
    const message = sentence((error as Error).message);
    const { code, field = null, requestId = null } = data;
    return { code, message, field, requestId };
  }
  return { code: 'unreachable', message: silenceText(error), field: null, requestId: null };
}

function silenceText(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const timedOut = [error, cause].some((one) => one instanceof DOMException && one.name === 'TimeoutError');
  if (!timedOut) return 'Ringback did not answer. It may be restarting, or the network is down.';
  return 'Ringback took the request and did not answer in time. If something was to be changed, look before you repeat it.';
}

export function isUnauthorized(error: unknown): boolean {
  return problemOf(error).code === 'unauthorized';
}

/** Returns whether the tab's project is not, or no longer, one of the user's projects. */
export function isProjectGone(error: unknown): boolean {
  const data = error instanceof TRPCClientError ? (error as TRPCClientError<AppRouter>).data : null;
  return data?.code === 'not_found' && data.field === 'project';
}

/** Returns whether to try again. That helps only if the server said nothing about the request itself. */
export function mayRetry(failures: number, error: unknown): boolean {
  const { code } = problemOf(error);
  return failures < 2 && (code === 'unreachable' || code === 'unavailable' || code === 'internal');
}

/** Makes a sentence of a text. A name at the beginning, such as an address or a field, stays as it is. */
function sentence(text: string): string {
  const start = text.replace(/^[a-z]+(?=[\s,;'’]|:(?!\/)|$)/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
