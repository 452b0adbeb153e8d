import { lookup } from 'node:dns/promises';
import { Refusal } from '#src/contract/shape/error-code.ts';

const atOnce = 2;
const timeoutMs = 5_000;
let running = 0;

/** All addresses of a name, as this machine knows it. Few at a time: each occupies one of the process's four threads. */
export async function lookUpName(hostname: string): Promise<string[]> {
  if (running >= atOnce) throw new Refusal('rate_limited', 'other names are being looked up just now; try again');
  running += 1;
  const answer = lookup(hostname, { all: true, order: 'ipv4first' }).finally(() => {
    running -= 1;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${hostname} was not resolved in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return (await Promise.race([answer, late])).map(({ address }) => address);
  } finally {
    clearTimeout(timer);
    // What comes after the time is up interests nobody, and must not be an unhandled rejection.
    answer.catch(() => undefined);
  }
}
