import type { Scope } from '#src/domain/access.ts';

export { type Role, roleScopes, roles, type Scope, scopes } from '#src/domain/access.ts';

/** An API key as it is listed: never its secret. */
export type ApiKey = {
  id: string;
  name: string;
  /** The secret's last four characters. */
  hint: string;
  scopes: Scope[];
  createdAt: string;
  lastUsedAt: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
};
