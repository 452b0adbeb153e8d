import { type PortFault, portFault, probePort } from '#src/cli/postgres/free-port.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { Config } from '#src/config.ts';

/** Where a process listens, and the setting that chooses its port. Without a host: on all addresses of the machine. */
export type Place = { port: number; setting: 'PORT' | 'RINGBACK_WORKER_PORT'; host?: string };

/** Returns where the web process listens. */
export const webPlace = ({ host, port }: Pick<Config, 'host' | 'port'>): Place => ({ host, port, setting: 'PORT' });

/** Returns where a worker's health page is. */
export const workerPlace = ({ workerPort }: Pick<Config, 'workerPort'>): Place => ({
  port: workerPort,
  setting: 'RINGBACK_WORKER_PORT',
});

/** Returns the port that the web process will listen on: the configured one, or any free one for 0. */
export async function findWebPort(config: Pick<Config, 'host' | 'port'>): Promise<number> {
  const probe = await probePort(config.host, config.port);
  if (probe.kind === 'free') return probe.port;
  throw portError(probe.kind, webPlace(config));
}

/** Returns the error of a process that did not start: in words for the user, if it could not listen. */
export function portErrorOf(error: unknown, place: Place): unknown {
  const { syscall, hostname } = error as NodeJS.ErrnoException & { hostname?: string };
  // Files and the database fail with the same codes.
  const isOfPort = syscall === 'listen' || (syscall === 'getaddrinfo' && hostname === place.host);
  const fault = isOfPort ? portFault(error) : null;
  return fault === null ? error : portError(fault, place);
}

function portError(fault: PortFault, { host = '', port, setting }: Place): StartError {
  const why = {
    taken: `Port ${port} is taken. Set ${setting} to another one, or stop the program that has it.`,
    forbidden: `Port ${port} may not be used by this user. Set ${setting} to one above 1023.`,
    no_address: `${host} is no address of this machine. Set RINGBACK_HOST to one, or to 0.0.0.0 for all.`,
  };
  return new StartError(why[fault], { passes: fault === 'taken' ? 'released' : 'never' });
}
