import { Refusal } from '#src/contract/shape/error-code.ts';
import { noteDeed } from '#src/server/call/record-deed.ts';
import { limitPasswords } from '#src/server/call/tries.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { findPerson } from '#src/store/people/person-rows.ts';

export const authPath = '/api/auth/';

const maxBytes = 16_384;

/** The only routes of better-auth that are open. All other account actions are procedures, which are recorded. */
const routes: Record<
  string,
  [method: string, answer: (deps: ServerDeps, request: HttpRequest) => Promise<HttpResponse>]
> = {
  'sign-in/email': ['POST', signIn],
  'sign-out': ['POST', signOut],
};

export function handleAuth(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const found = routes[request.path.slice(authPath.length)];
  if (!found) throw new Refusal('no_route', `there is no route ${request.path}`);
  const [method, answer] = found;
  if (method !== request.method) throw new MethodNotAllowed(request, [method]);
  return answer(deps, request);
}

async function signIn(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  await limitPasswords(deps, request.peer);
  const body = await request.body(maxBytes);
  const answer = await ask(deps, request, body);
  const about = { projectId: null, target: null, peer: request.peer, requestId: request.requestId };
  if (answer.status === 200) {
    const { user } = JSON.parse(String(answer.body)) as { user: { id: string; email: string; name: string } };
    const actor = { kind: 'user' as const, id: user.id, name: user.email };
    await noteDeed(deps, { ...about, actor, action: 'session.signIn', detail: null });
    // Better-auth also returns the session's token. The token belongs only in the cookie, because scripts must not read
    // it.
    return { ...answer, body: JSON.stringify({ user: { id: user.id, email: user.email, name: user.name } }) };
  }
  if (answer.status === 401) await noteFailedSignIn(deps, request, emailIn(body));
  return answer;
}

/**
 * Records a failed sign-in under the account that was tried. An unknown address is not stored, since it may be a
 * password in the wrong field.
 */
export async function noteFailedSignIn(
  deps: ServerDeps,
  { peer, requestId }: Pick<HttpRequest, 'peer' | 'requestId'>,
  email: string,
): Promise<void> {
  const person = await findPerson(deps.db, email.toLowerCase());
  await noteDeed(deps, {
    projectId: null,
    actor: person
      ? { kind: 'user', id: person.id, name: person.email }
      : { kind: 'system', id: 'nobody', name: 'an unknown address' },
    action: 'session.signInFailed',
    target: null,
    detail: null,
    peer,
    requestId,
  });
}

async function signOut(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const person = await deps.sessions.findPerson(request.headers);
  const answer = await ask(deps, request, await request.body(maxBytes));
  if (person && answer.status === 200) {
    await noteDeed(deps, {
      projectId: null,
      actor: { kind: 'user', id: person.id, name: person.email },
      action: 'session.signOut',
      target: null,
      detail: null,
      peer: request.peer,
      requestId: request.requestId,
    });
  }
  return answer;
}

/** Passes the request to better-auth and returns its response. */
async function ask(deps: ServerDeps, request: HttpRequest, body: Buffer): Promise<HttpResponse> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !/^(connection|transfer-encoding|content-length|expect|upgrade|keep-alive)$/.test(name))
      headers.set(name, value);
  }
  const url = `${deps.publicUrl}${request.path}?${request.query}`;
  const given = new Request(url, {
    method: request.method,
    headers,
    ...(body.byteLength > 0 ? { body: new Uint8Array(body) } : {}),
  });
  const answer = await deps.sessions.answer(given, request.peer);
  const answered: Record<string, string | string[]> = Object.fromEntries(answer.headers);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) answered['set-cookie'] = cookies;
  delete answered['content-length'];
  return { status: answer.status, headers: answered, body: await answer.text() };
}

function emailIn(body: Buffer): string {
  try {
    const { email } = JSON.parse(body.toString('utf8')) as { email?: unknown };
    return typeof email === 'string' ? email.slice(0, 254) : '';
  } catch {
    return new URLSearchParams(body.toString('utf8')).get('email')?.slice(0, 254) ?? '';
  }
}
