import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '#src/config.ts';

/**
 * Loads settings from a `.env` file in the working folder, if there is one. Values from the shell win. Throws a
 * ConfigError if the file cannot be read.
 */
export function loadEnvFile(path = resolve('.env')): void {
  if (!existsSync(path)) return;
  try {
    // Node says ENOENT whatever hinders it from loading the file.
    readFileSync(path);
    process.loadEnvFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`.env cannot be read (${code}): it must be a file that this user can read`]);
  }
}
