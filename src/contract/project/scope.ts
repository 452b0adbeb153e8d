import type { Scope } from '#src/domain/access.ts';

export { type Role, roleScopes, roles, type Scope, scopes } from '#src/domain/access.ts';

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
