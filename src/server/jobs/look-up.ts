import { lookup, Resolver } from 'node:dns/promises';
import { Refusal } from '#src/contract/shape/error-code.ts';

const atOnce = 2;
const timeoutMs = 5_000;
let running = 0;

export type LookUpName = (hostname: string) => Promise<string[]>;

/** Makes what looks names up for the dashboard's checker: as workers do if DNS servers are set, else as this machine does. */
export function makeLookUpName(dnsServers: readonly string[]): LookUpName {
  const ask = dnsServers.length > 0 ? askServers(dnsServers) : askMachine;
  return (hostname) => lookUpName(hostname, ask);
}

function askServers(dnsServers: readonly string[]): LookUpName {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers(dnsServers);
  return async (hostname) => {
    if (!hostname.includes('.')) return askMachine(hostname);
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    return found.length > 0 ? found : askMachine(hostname);
  };
}

async function askMachine(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true, order: 'ipv4first' })).map(({ address }) => address);
}

/**
 * Returns all addresses of a host name. Only few lookups run at once, because those of the machine occupy one of the
 * process's four threads each.
 */
async function lookUpName(hostname: string, ask: LookUpName): Promise<string[]> {
  if (running >= atOnce) throw new Refusal('rate_limited', 'too many host names are being looked up; try again');
  running += 1;
  const answer = ask(hostname).finally(() => {
    running -= 1;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${hostname} was not resolved in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    // A result after the timeout is not used, and must not become an unhandled rejection.
    answer.catch(() => undefined);
  }
}
