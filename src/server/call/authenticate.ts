import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Call } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { Actor } from './actor.ts';
import { namedProject } from './named-project.ts';

/** Returns the caller of a request: the API key when one was sent, else the person of the session. */
export async function authenticate(deps: Pick<ServerDeps, 'keys' | 'sessions'>, call: Call): Promise<Actor> {
  const { authorization } = call.headers;
  if (authorization === undefined) return deps.sessions.authenticate(call);
  const actor = await deps.keys.authenticate(authorization);
  const named = namedProject(call);
  // The project cookie belongs to the browser's session, so it does not apply to an API key.
  if (named && named.by !== 'cookie' && named.id !== formatId('prj', actor.projectId)) {
    throw new Refusal(
      'missing_scope',
      `the API key "${actor.name}" belongs to one project, which is not the one that the ${named.by} names`,
      'project',
    );
  }
  return actor;
}
