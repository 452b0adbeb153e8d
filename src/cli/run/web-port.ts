import { type PortFault, portFault, probePort } from '#src/cli/postgres/free-port.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { Config } from '#src/config.ts';

type Place = Pick<Config, 'host' | 'port'>;

/** Returns the port that the web process will listen on: the configured one, or any free one for 0. */
export async function findWebPort(config: Place): Promise<number> {
  const probe = await probePort(config.host, config.port);
  if (probe.kind === 'free') return probe.port;
  throw portError(probe.kind, config);
}

/** Throws the error of a web process that did not start, in words for the user if its port was the reason. */
export function throwPortError(error: unknown, config: Place): never {
  const fault = portFault(error);
  throw fault === null ? error : portError(fault, config);
}

function portError(fault: PortFault, { host, port }: Place): StartError {
  const why = {
    taken: `Port ${port} is taken. Set PORT to another one, or stop the program that has it.`,
    forbidden: `Port ${port} may not be used by this user. Set PORT to one above 1023.`,
    no_address: `${host} is no address of this machine. Set RINGBACK_HOST to one, or to 0.0.0.0 for all.`,
  };
  return new StartError(why[fault], { mayPass: fault === 'taken' });
}
