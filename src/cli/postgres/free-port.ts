import { createServer } from 'node:net';

export type PortProbe =
  | Readonly<{ kind: 'free'; port: number }>
  | Readonly<{ kind: 'taken' | 'forbidden' | 'no_address' }>;

/** Checks whether the port can be used on this address. For port 0, finds any free port. */
export async function probePort(host: string, port: number): Promise<PortProbe> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen({ port, host, exclusive: true }, resolve);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return { kind: 'taken' };
    if (code === 'EACCES') return { kind: 'forbidden' };
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return { kind: 'no_address' };
    throw error;
  }
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return { kind: 'free', port: typeof address === 'object' && address ? address.port : port };
}
