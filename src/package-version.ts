import { readFileSync } from 'node:fs';

const packageFile = new URL('../package.json', import.meta.url);

/** Returns the version of this Ringback. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
}
