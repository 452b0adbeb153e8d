import type { Config } from '#src/config.ts';
import { addressVerdict, metadataAddress, strictEgress } from '#src/domain/egress/ip-range.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Checks that the settings can be read: `wrong` lists what is wrong with them, without secrets. */
export function checkSettings(wrong: readonly string[]): Finding {
  if (wrong.length === 0) return ok('settings', 'all valid');
  return problem('settings', wrong.join('; '), 'Correct them in the environment or in .env, as .env.example shows.');
}

/** Checks the public URL. In development any URL will do. */
export function checkUrl({ url, dev }: Pick<Config, 'url' | 'dev'>, isSet: boolean): Finding {
  const { protocol, hostname } = new URL(url);
  if (dev) return ok('url', `${url} (development)`);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (!isSet) {
    const says = `RINGBACK_URL is not set, so links and callbacks say ${url}`;
    return warning('url', says, 'Set RINGBACK_URL to the address under which others reach this Ringback.');
  }
  if (protocol === 'https:') return ok('url', url);
  const cure = 'Put a proxy with TLS before Ringback and set RINGBACK_URL to its https address.';
  return isLocal ? warning('url', `${url} is this machine alone`, cure) : problem('url', `${url} is not HTTPS`, cure);
}

/** Checks what jobs may reach beyond the public internet. */
export function checkEgress({ egressAllow, dev }: Pick<Config, 'egressAllow' | 'dev'>): Finding {
  const metadata = egressAllow.filter((rule) => kindOf(rule) === metadataAddress);
  if (metadata.length > 0) {
    const says = `jobs may reach a cloud's metadata service: ${metadata.join(', ')}`;
    return problem(
      'egress',
      says,
      'Take it out of RINGBACK_EGRESS_ALLOW: it hands out the credentials of this machine.',
    );
  }
  const wide = egressAllow.filter((rule) => prefixOf(rule) < 7);
  if (wide.length > 0) {
    const says = `jobs may reach whole families of networks: ${wide.join(', ')}`;
    return problem('egress', says, 'Name the few hosts or ranges that are needed in RINGBACK_EGRESS_ALLOW instead.');
  }
  if (dev) {
    const says = 'RINGBACK_DEV is on: jobs may reach programs on this machine';
    return warning('egress', says, 'Turn RINGBACK_DEV off wherever others may submit jobs.');
  }
  const ranges = egressAllow.filter((rule) => rule.includes('/') && kindOf(rule) !== null);
  if (ranges.length > 0) {
    const says = `jobs may reach private networks: ${ranges.join(', ')}`;
    return warning(
      'egress',
      says,
      'Name single hosts in RINGBACK_EGRESS_ALLOW if not all of these networks are meant.',
    );
  }
  const more =
    egressAllow.length === 0 ? 'the public internet alone' : `besides the public internet: ${egressAllow.join(', ')}`;
  return ok('egress', more);
}

/** Returns what kind of address a rule begins with, if that is refused without the rule. */
function kindOf(rule: string): string | null {
  const verdict = addressVerdict(rule.split('/')[0] ?? '', strictEgress);
  return verdict.allowed ? null : verdict.what;
}

function prefixOf(rule: string): number {
  const [, prefix] = /\/(\d+)/.exec(rule) ?? [];
  return prefix === undefined ? Number.POSITIVE_INFINITY : Number(prefix);
}
