import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Call } from '#src/server/http/http.ts';

export const projectHeader = 'x-ringback-project';
export const projectCookie = 'ringback_project';

/** The project that a call names: by a header, or where none can be sent by the query, or else by the browser's cookie. */
export type NamedProject = { id: string; by: 'header' | 'query' | 'cookie' };

export function namedProject({ headers, query }: Pick<Call, 'headers' | 'query'>): NamedProject | null {
  const header = headers[projectHeader];
  if (header) return { id: header, by: 'header' };
  const parameter = query.get('project');
  if (parameter) return { id: parameter, by: 'query' };
  const cookie = new RegExp(`(?:^|;\\s*)${projectCookie}=([^;\\s]+)`).exec(headers.cookie ?? '')?.[1];
  return cookie ? { id: cookie, by: 'cookie' } : null;
}

/** The membership a person acts by. A project that is not theirs is refused in the same words as one that does not exist. */
export function chooseMembership<T extends { projectId: string }>(
  memberships: T[],
  named: NamedProject | null,
): T | undefined {
  if (named === null) return memberships[0];
  const chosen = memberships.find(({ projectId }) => formatId('prj', projectId) === named.id);
  if (chosen) return chosen;
  throw new Refusal('not_found', `you are a member of no project ${named.id.slice(0, 64)}`, 'project');
}

/**
 * A cookie outlives a membership, and the next person's sign-in: the answer that refuses it also takes it away, so that the
 * next call goes to a project of theirs. Not this one: it may change what its sender believes to be another project.
 */
export function forgottenProject(call: Call, error: unknown): string | null {
  const isOurs = error instanceof Refusal && error.code === 'not_found' && error.field === 'project';
  return isOurs && namedProject(call)?.by === 'cookie' ? `${projectCookie}=; Path=/; Max-Age=0; SameSite=Lax` : null;
}
