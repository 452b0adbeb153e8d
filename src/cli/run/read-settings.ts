import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, readConfig } from '#src/config.ts';
import { provideSecrets } from './secrets.ts';

/** Reads the settings, with the secrets that `up` keeps in the data folder if they are not set. It makes no files. */
export async function readSettings(environment: Readonly<Record<string, string | undefined>>): Promise<Config> {
  const config = readConfig(environment);
  if (!existsSync(join(config.dataDir, 'secrets.json'))) return config;
  return readConfig({ ...environment, ...(await provideSecrets(config)) });
}
