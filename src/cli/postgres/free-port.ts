import { createServer } from 'node:net';

/** Why a server cannot listen. */
export type PortFault = 'taken' | 'forbidden' | 'no_address';

export type PortProbe = Readonly<{ kind: 'free'; port: number }> | Readonly<{ kind: PortFault }>;

/** Checks whether the port can be used on this address. For port 0, finds any free port. */
export async function probePort(host: string, port: number): Promise<PortProbe> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen({ port, host, exclusive: true }, resolve);
    });
  } catch (error) {
    const kind = portFault(error);
    if (kind === null) throw error;
    return { kind };
  }
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return { kind: 'free', port: typeof address === 'object' && address ? address.port : port };
}

/**
 * Codes of an address that this machine does not have or cannot listen on, such as one of IPv6 where that is off, and one
 * of a link without the link's name. EAI_AGAIN is what a name is answered with where no DNS server is reached.
 */
const addressFaults: ReadonlySet<string | undefined> = new Set([
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAFNOSUPPORT',
  'EINVAL',
]);

/** Returns why a server could not listen; null if its error is of another kind. */
export function portFault(error: unknown): PortFault | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'taken';
  if (code === 'EACCES') return 'forbidden';
  return addressFaults.has(code) ? 'no_address' : null;
}
