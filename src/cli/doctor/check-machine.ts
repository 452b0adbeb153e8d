import { doctorLimits } from '#src/domain/limits.ts';
import { type Finding, ok, problem, type Reading, warning } from './finding.ts';

/** Checks the disk of the embedded database's folder. */
export function checkDisk(folder: string, freeBytes: number, limit = doctorLimits.freeBytes): Finding {
  const says = `${Math.floor(freeBytes / 1024 ** 2)} MB are free in ${folder}`;
  const cure = 'Make room on that disk, or move RINGBACK_DATA_DIR to a larger one while Ringback is stopped.';
  if (freeBytes < limit.problem) return problem('disk', says, cure);
  return freeBytes < limit.warning ? warning('disk', says, cure) : ok('disk', says);
}

/** Checks that the proxy of all requests takes connections. `place`: its host and port. */
export function checkProxy(place: string, connectMs: Reading<number>): Finding {
  if (connectMs.read) return ok('proxy', `${place} takes connections (${connectMs.value.toFixed(1)} ms)`);
  const says = `${place} cannot be reached, so no job reaches its target: ${connectMs.reason}`;
  return problem('proxy', says, 'Start the proxy, or correct RINGBACK_EGRESS_PROXY.');
}

/** Checks that a name leads to addresses. */
export function checkName(name: string, addresses: Reading<readonly string[]>): Finding {
  const check = `dns ${name}`;
  if (addresses.read && addresses.value.length > 0) return ok(check, addresses.value.join(', '));
  const says = addresses.read ? 'it has no address' : `it does not resolve: ${addresses.reason}`;
  return problem(
    check,
    says,
    'Look at the name, and at the DNS servers: RINGBACK_DNS_SERVERS, or those of this machine (/etc/resolv.conf).',
  );
}
