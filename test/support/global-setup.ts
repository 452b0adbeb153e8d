import { serverVariable, startTestPostgres } from './database.ts';

/** Vitest's globalSetup: one PostgreSQL for all test files. Its processes inherit the variable. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  process.env[serverVariable] = server.url;
  return () => server.stop();
}
