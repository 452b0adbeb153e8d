import { serverVariable, startTestPostgres } from './database.ts';
import { makePackedFolder } from './packed-client.ts';

/**
 * Starts one PostgreSQL for all test files, and makes the folder of the packed client, as Vitest's globalSetup. Vitest's
 * processes inherit the variables.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  process.env[serverVariable] = server.url;
  const removePacked = await makePackedFolder();
  return async () => {
    await removePacked();
    await server.stop();
  };
}
