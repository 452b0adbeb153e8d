import type { InvitationInfo, Joined } from '#src/contract/project/people.ts';
import { fetchInTime } from '#src/ui/data/reach.ts';

/** Reason why a call failed. `code` is the server's, or `unreachable`. */
export type JoinProblem = { code: string; field: string | null; message: string };
type Answered<T> = { ok: true; value: T } | { ok: false; problem: JoinProblem };

/** Returns what an invitation link is for, and what its reader needs to accept it. */
export function lookAtInvitation(token: string): Promise<Answered<InvitationInfo>> {
  return ask<InvitationInfo>(`/api/join?token=${encodeURIComponent(token)}`);
}

/** Accepts an invitation, which uses up its link. */
export function acceptInvitation(input: {
  token: string;
  email?: string;
  name?: string;
  password?: string;
}): Promise<Answered<Joined>> {
  const headers = { 'content-type': 'application/json' };
  return ask<Joined>('/api/join', { method: 'POST', headers, body: JSON.stringify(input) });
}

async function ask<T>(path: string, options?: object): Promise<Answered<T>> {
  try {
    const answer = await fetchInTime(path, { ...options, cache: 'no-store' });
    if (answer.ok) return { ok: true, value: (await answer.json()) as T };
    const { code = 'internal', field = null, detail = '' } = (await answer.json()) as Record<string, string>;
    return { ok: false, problem: { code, field, message: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.` } };
  } catch {
    const message = 'Ringback did not answer. It may be restarting, or the network is down.';
    return { ok: false, problem: { code: 'unreachable', field: null, message } };
  }
}
