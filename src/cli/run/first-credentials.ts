import { StartError } from '#src/cli/start-error.ts';
import type { ServerConfig } from '#src/config.ts';
import type { Log } from '#src/log.ts';
import { CredentialsFileError, type FirstStart, firstStart } from '#src/server/sign-in/first-start.ts';

/** Makes what a new database lacks. Throws a StartError if the file with the credentials cannot be used as it is. */
export async function makeFirstCredentials(config: ServerConfig, log: Log): Promise<FirstStart> {
  try {
    return await firstStart(config, log);
  } catch (error) {
    throw error instanceof CredentialsFileError ? new StartError(error.message) : error;
  }
}
