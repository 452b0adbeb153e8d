import { doctorLimits } from '#src/domain/limits.ts';
import { type Finding, ok, problem, type Reading, warning } from './finding.ts';

/** Checks the disk of the embedded database's folder. */
export function checkDisk(folder: string, freeBytes: number, limit = doctorLimits.freeBytes): Finding {
  const says = `${Math.floor(freeBytes / 1024 ** 2)} MB are free in ${folder}`;
  const cure = 'Make room on that disk, or move RINGBACK_DATA_DIR to a larger one while Ringback is stopped.';
  if (freeBytes < limit.problem) return problem('disk', says, cure);
  return freeBytes < limit.warning ? warning('disk', says, cure) : ok('disk', says);
}

/** Checks that a name leads to addresses. */
export function checkName(name: string, addresses: Reading<readonly string[]>): Finding {
  const check = `dns ${name}`;
  if (addresses.read && addresses.value.length > 0) return ok(check, addresses.value.join(', '));
  const says = addresses.read ? 'it has no address' : `it does not resolve: ${addresses.reason}`;
  return problem(check, says, 'Look at the name, and at the DNS servers of this machine (/etc/resolv.conf).');
}
