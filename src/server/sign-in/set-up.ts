import type { ServerConfig } from '#src/config.ts';
import { provideOwner } from '#src/engine/people/first-owner.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

/** Provides an owner on a database that nobody can sign in to. A link that makes one is said in this process's output alone. */
export async function setUp(deps: ServerDeps, config: ServerConfig): Promise<void> {
  const named = { email: config.adminEmail, password: config.adminPassword };
  const link = await provideOwner({ ...deps, makeAccount: deps.sessions.createUser }, named);
  if (link === null) return;
  const { url, expiresAt } = link;
  deps.log.warn({ url, expiresAt }, 'nobody can sign in yet: who opens this link first becomes the owner');
}
