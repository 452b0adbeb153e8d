import { fetchInTime } from '#src/ui/data/reach.ts';

/** Message about a failed sign-in. `signIn` returns null if the sign-in worked. */
export type SignInProblem = { message: string; advice: string };

export async function signIn(email: string, password: string): Promise<SignInProblem | null> {
  const answer = await post('/api/auth/sign-in/email', { email, password });
  if (answer?.ok) return null;
  switch (answer?.status) {
    case 400:
    case 401:
    case 403:
      return { message: 'Email or password is wrong.', advice: '' };
    case 429:
      return { message: 'Too many attempts.', advice: `Wait ${waitOf(answer)} and try again.` };
    default:
      return { message: 'Ringback did not answer.', advice: 'It may be restarting. Try again in a moment.' };
  }
}

/** Ends the session here and on the server. The full page load leaves no data of the session in memory. */
export async function signOut(): Promise<boolean> {
  const answer = await post('/api/auth/sign-out', {});
  if (answer?.ok) window.location.assign('/sign-in');
  return answer?.ok ?? false;
}

/** Opens the sign-in page, which leads back to the page where the reader was. */
export function sessionEnded(): void {
  if (window.location.pathname === '/sign-in') return;
  const here = window.location.pathname + window.location.search;
  window.location.replace(here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`);
}

/**
 * Returns the page to open after signing in. It is always a page of this site, even if the address names another site.
 */
export function nextPage(): string {
  const wanted = new URLSearchParams(window.location.search).get('next') ?? '/';
  const url = URL.parse(wanted, window.location.origin);
  // The whole URL is returned: a path such as `//host` alone would be read as another site.
  return url?.origin === window.location.origin && url.protocol.startsWith('http') ? url.href : '/';
}

async function post(path: string, body: object): Promise<Response | null> {
  const headers = { 'content-type': 'application/json' };
  return fetchInTime(path, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => null);
}

function waitOf(answer: Response): string {
  const seconds = Number(answer.headers.get('x-retry-after') ?? answer.headers.get('retry-after'));
  return seconds > 0 ? `${seconds} s` : 'a minute';
}
