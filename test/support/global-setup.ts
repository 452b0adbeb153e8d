import { serverVariable, startTestPostgres } from './database.ts';

/** Starts one PostgreSQL for all test files, as Vitest's globalSetup. Vitest's processes inherit the variable. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  process.env[serverVariable] = server.url;
  return () => server.stop();
}
