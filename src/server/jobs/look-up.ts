import { lookup } from 'node:dns/promises';
import { Refusal } from '#src/contract/shape/error-code.ts';

const atOnce = 2;
const timeoutMs = 5_000;
let running = 0;

/**
 * Returns all addresses of a host name, as this machine resolves it. Only few lookups run at once, because each one
 * occupies one of the process's four threads.
 */
export async function lookUpName(hostname: string): Promise<string[]> {
  if (running >= atOnce) throw new Refusal('rate_limited', 'too many host names are being looked up; try again');
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
    // A result after the timeout is not used, and must not become an unhandled rejection.
    answer.catch(() => undefined);
  }
}
