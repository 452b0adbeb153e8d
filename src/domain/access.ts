/** What an API key may do. `admin` includes all others, `jobs:write` includes `jobs:read`. */
export const scopes = ['jobs:read', 'jobs:write', 'callbacks:admin', 'admin'] as const;

export type Scope = (typeof scopes)[number];

/** What a member of a project may do in the dashboard. */
export const roles = ['owner', 'member', 'viewer'] as const;

export type Role = (typeof roles)[number];

/** The scopes that come with a role. */
export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  owner: ['admin'],
  member: ['jobs:write', 'callbacks:admin'],
  viewer: ['jobs:read'],
};

/** Who did something: a person, an API key, or Ringback itself. */
export type ActorKind = 'user' | 'key' | 'system';

/** Returns the role that a stored text names. Throws for any other text: nobody may act by a role that says nothing. */
export function readRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role === undefined) throw new Error(`"${text}" is no role`);
  return role;
}

/** Returns the scopes among stored texts. A scope that this version does not know gives no right. */
export function readScopes(texts: readonly string[]): Scope[] {
  return texts.filter((text): text is Scope => scopes.some((known) => known === text));
}
