import { startErrorOf } from '#src/cli/failure/explain-failure.ts';
import { type Config, requireServerConfig, type ServerConfig } from '#src/config.ts';
import { type Place, portErrorOf } from './own-port.ts';
import { requireDatabase } from './require-database.ts';
import { type Running, runUntilTold } from './run-until-told.ts';

/**
 * Runs web or a worker until it is told to stop. `start` is called when the database can serve it. Whatever the user can
 * fix is thrown as a StartError or a ConfigError; `placeOf` says where the process listens.
 */
export async function runServerProcess(
  config: Config,
  placeOf: (config: Config) => Place,
  start: (config: ServerConfig) => Promise<Running>,
): Promise<void> {
  await runUntilTold(async () => {
    const complete = requireServerConfig(config);
    try {
      await requireDatabase(complete.databaseUrl);
      return await start(complete);
    } catch (error) {
      // What a port says comes first: a host's name that nobody knows has the same code as that of a database.
      throw startErrorOf(portErrorOf(error, placeOf(complete)), complete);
    }
  });
}
