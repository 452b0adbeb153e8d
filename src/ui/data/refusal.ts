import { TRPCClientError } from '@trpc/client';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import type { AppRouter } from '#src/server/router.ts';

/** What a page says about a call that did not work. */
export type Problem = {
  code: ErrorCode | 'unreachable';
  message: string;
  /** The path of the input that is wrong, where there is one. */
  field: string | null;
  requestId: string | null;
};

/** Anything a call may throw, in words: a refusal of the server, or no answer at all. */
export function problemOf(error: unknown): Problem {
  const data = error instanceof TRPCClientError ? (error as TRPCClientError<AppRouter>).data : null;
  // An answer that is not ours, such as a proxy's, has no code.
  if (typeof data?.code === 'string') {
    const message = sentence((error as Error).message);
    const { code, field = null, requestId = null } = data;
    return { code, message, field, requestId };
  }
  const message = 'Ringback did not answer. It may be restarting, or the network is down.';
  return { code: 'unreachable', message, field: null, requestId: null };
}

export function isUnauthorized(error: unknown): boolean {
  return problemOf(error).code === 'unauthorized';
}

/** The project this tab shows is not, or no longer, one of the person's. */
export function isProjectGone(error: unknown): boolean {
  const data = error instanceof TRPCClientError ? (error as TRPCClientError<AppRouter>).data : null;
  return data?.code === 'not_found' && data.field === 'project';
}

/** Asking again helps only where nothing was said about the request itself. */
export function mayRetry(failures: number, error: unknown): boolean {
  const { code } = problemOf(error);
  return failures < 2 && (code === 'unreachable' || code === 'unavailable' || code === 'internal');
}

/** A name at the beginning, such as an address or a field, stays as it is. */
function sentence(text: string): string {
  const start = text.replace(/^[a-z]+(?=[\s,;:'’]|$)/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
