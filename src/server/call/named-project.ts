import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Call } from '#src/server/http/http.ts';

export const projectHeader = 'x-ringback-project';
export const projectCookie = 'ringback_project';

/**
 * The project that a request names: by the header, else by the query (for requests that cannot send a header), else by
 * the browser's cookie.
 */
export type NamedProject = { id: string; by: 'header' | 'query' | 'cookie' };

export function namedProject({ headers, query }: Pick<Call, 'headers' | 'query'>): NamedProject | null {
  const header = headers[projectHeader];
  if (header) return { id: header, by: 'header' };
  const parameter = query.get('project');
  if (parameter) return { id: parameter, by: 'query' };
  const cookie = new RegExp(`(?:^|;\\s*)${projectCookie}=([^;\\s]+)`).exec(headers.cookie ?? '')?.[1];
  return cookie ? { id: cookie, by: 'cookie' } : null;
}

/**
 * Returns the membership that a person acts with. The refusal is the same for a project of other people and for one
 * that does not exist.
 */
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
 * Returns the `set-cookie` header that deletes the project cookie when its project was refused, else null. The cookie
 * may outlive a membership, or belong to the person who signed in before. Without the cookie, the next request goes to
 * a project of the person. This request fails, because its sender may mean the refused project.
 */
export function forgottenProject(call: Call, error: unknown): string | null {
  const isOurs = error instanceof Refusal && error.code === 'not_found' && error.field === 'project';
  return isOurs && namedProject(call)?.by === 'cookie' ? `${projectCookie}=; Path=/; Max-Age=0; SameSite=Lax` : null;
}
