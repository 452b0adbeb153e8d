/** Scopes of an API key. `admin` includes all others, `jobs:write` includes `jobs:read`. */
export const scopes = ['jobs:read', 'jobs:write', 'callbacks:admin', 'admin'] as const;

export type Scope = (typeof scopes)[number];

/** Roles of a project's members in the dashboard. */
export const roles = ['owner', 'member', 'viewer'] as const;

export type Role = (typeof roles)[number];

/** The scopes that come with a role. */
export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  owner: ['admin'],
  member: ['jobs:write', 'callbacks:admin'],
  viewer: ['jobs:read'],
};

/** An API key in a list. It never includes the secret. */
export type ApiKey = {
  id: string;
  name: string;
  /** The last four characters of the secret. */
  hint: string;
  scopes: Scope[];
  createdAt: string;
  lastUsedAt: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
};
