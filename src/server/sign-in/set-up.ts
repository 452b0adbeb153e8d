import type { ServerConfig } from '#src/config.ts';
import { provideOwner } from '#src/engine/people/first-owner.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

/** Makes an owner on a database that nobody can sign in to. A set-up link is written only to this process's output. */
export async function setUp(deps: ServerDeps, config: ServerConfig): Promise<void> {
  const named = { email: config.adminEmail, password: config.adminPassword };
  const link = await provideOwner({ ...deps, makeAccount: deps.sessions.createUser }, named);
  if (link === null) return;
  const { url, expiresAt } = link;
  deps.log.warn({ url, expiresAt }, 'nobody can sign in yet: who opens this link first becomes the owner');
}
