import { acceptInput, type InvitationInfo, type Joined } from '#src/contract/project/people.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import { invitationOf, type OpenInvitation } from '#src/engine/people/invitations.ts';
import { type Joining, joinProject } from '#src/engine/people/join-project.ts';
import { writeDeed } from '#src/server/call/record-deed.ts';
import { limitLinks, limitPasswords } from '#src/server/call/tries.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json, readJson } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { findPasswordHash, findPerson, type PersonRow } from '#src/store/people/person-rows.ts';
import { noteFailedSignIn } from './sign-in.ts';

export const joinPath = '/api/join';

const maxBytes = 16_384;

/** Headers of responses about a link. They must not be cached, since the link and the responses hold secrets. */
const unkept = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

export async function handleJoin(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  if (request.method === 'GET') return json(200, await look(deps, request), unkept);
  if (request.method === 'POST') return json(200, await join(deps, request), unkept);
  throw new MethodNotAllowed(request, ['GET', 'POST']);
}

async function look(deps: ServerDeps, request: HttpRequest): Promise<InvitationInfo> {
  await limitLinks(deps, request.peer);
  const invitation = await invitationOf(deps.db, request.query.get('token') ?? '');
  const { email, role, project } = invitation;
  const person = email === null ? null : await findPerson(deps.db, email);
  const isSignedIn = person !== null && (await isThemselves(deps, request, person));
  return { projectName: project.name, email, role, needsAccount: person === null, isSignedIn };
}

type Accepted = ReturnType<typeof acceptInput.parse>;

async function join(deps: ServerDeps, request: HttpRequest): Promise<Joined> {
  await limitPasswords(deps, request.peer);
  deps.sessions.requireOurPages(request.headers);
  const input = acceptInput.parse(await readJson(request, maxBytes));
  const invitation = await invitationOf(deps.db, input.token);
  const email = (invitation.email ?? input.email)?.toLowerCase();
  if (email === undefined) throw new Refusal('invalid_input', 'email: this link names no address; give yours', 'email');
  const known = await findPerson(deps.db, email);
  if (known) await prove(deps, request, known, input.password);
  const joining = known ? { ...known, passwordHash: null } : await newPerson(deps, email, input);
  await joinAndRecord(deps, request, invitation, joining);
  return { projectId: formatId('prj', invitation.projectId), email };
}

/**
 * Requires proof that the caller owns the existing account: a session or the password. The invitation link alone must
 * not give access to it.
 */
async function prove(
  deps: ServerDeps,
  request: HttpRequest,
  person: PersonRow,
  password: string | undefined,
): Promise<void> {
  if (await isThemselves(deps, request, person)) return;
  const hash = password === undefined ? null : await findPasswordHash(deps.db, person.id);
  if (password !== undefined && hash !== null && (await deps.sessions.verifyPassword(password, hash))) return;
  if (password !== undefined) await noteFailedSignIn(deps, request, person.email);
  throw new Refusal(
    'unauthorized',
    `${person.email} has an account: sign in with it, or give its password`,
    'password',
  );
}

async function isThemselves(deps: ServerDeps, { headers }: HttpRequest, person: PersonRow): Promise<boolean> {
  return (await deps.sessions.findPerson(headers))?.id === person.id;
}

async function newPerson(deps: ServerDeps, email: string, { name, password }: Accepted): Promise<Joining> {
  if (name === undefined) throw new Refusal('invalid_input', 'name: needed for a new account', 'name');
  if (password === undefined) throw new Refusal('invalid_input', 'password: needed for a new account', 'password');
  const [id, passwordHash] = await Promise.all([deps.sessions.newUserId(), deps.sessions.hashPassword(password)]);
  return { id, email, name, passwordHash };
}

/** Adds the member and writes the audit entry in one transaction. */
function joinAndRecord(
  deps: ServerDeps,
  { peer, requestId }: HttpRequest,
  invitation: OpenInvitation,
  joining: Joining,
): Promise<void> {
  const { projectId, role } = invitation;
  const actor = { kind: 'user' as const, id: joining.id, name: joining.email };
  const detail = { role, newAccount: joining.passwordHash !== null };
  const deed = { projectId, actor, action: 'members.join', target: joining.id, detail, peer, requestId };
  return joinProject(deps, invitation, joining, (tx) => writeDeed(deps, deed, tx));
}
