import { readFileSync } from 'node:fs';

/** Returns a certificate or a key of the tests as PEM. `make-clients.sh` makes those of clients. */
export function pem(name: string): string {
  return readFileSync(new URL(`./${name}.pem`, import.meta.url), 'utf8');
}
