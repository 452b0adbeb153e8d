import type { Outcome } from '#src/domain/decide/outcome.ts';

/** Tells our own way out from the receivers: when all that answered before fail at once, it is not their fault. */
export type EgressHealth = {
  note(url: string, outcome: Outcome): void;
  /** True while hosts that had answered within the hour before fail below HTTP, several of them, and none answers; for a day at most. */
  isDown(): boolean;
  /** Whether anybody but this one has answered within the last hour: then it is no fault of ours when it does not. */
  othersAnswer(url: string): boolean;
  /**
   * The same for one that has just failed, once it is clear: the first to fail would be blamed before the others have. Waits
   * for an answer from anywhere, or for the others to fail too, for two seconds at most, and only where it could be our fault.
   */
  judge(url: string): Promise<boolean>;
};

const recentMs = 30_000;
const knownMs = 3_600_000;
/** Whoever is silent for longer is gone, and no longer a witness against our own way out. */
const longestMs = 86_400_000;
const severalHosts = 3;
const maxHosts = 1_000;

const patienceMs = 2_000;

/**
 * `failingSince`: its first failure after it had answered. `local`: it is on this very machine, Ringback itself among others, and
 * says nothing about the way to hosts that are not.
 */
type Host = { answeredAt: number; failedAt: number; failingSince: number; local: boolean };

function isLocalName(url: URL): boolean {
  return /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(url.hostname);
}

function isLocalAddress(address: string | null): boolean {
  return address !== null && /^(::ffff:)?127\.|^::1$/.test(address);
}

export function makeEgressHealth(now: () => number): EgressHealth {
  const hosts = new Map<string, Host>();
  const judging = new Set<() => void>();
  const isLocal = (url: string) => hosts.get(new URL(url).host)?.local ?? isLocalName(new URL(url));
  const witnesses = (local: boolean) => [...hosts.values()].filter((host) => host.local === local);
  const isDown = (local = false) => {
    const at = now();
    let failing = 0;
    for (const host of witnesses(local)) {
      if (host.answeredAt >= host.failedAt && at - host.answeredAt < recentMs) return false;
      if (host.failedAt > host.answeredAt && at - host.failedAt < recentMs && isKnown(host)) failing += 1;
    }
    return failing >= severalHosts;
  };
  const isKnown = ({ answeredAt, failedAt, failingSince }: Host) =>
    failedAt > answeredAt
      ? failingSince - answeredAt < knownMs && now() - failingSince < longestMs
      : now() - answeredAt < knownMs;
  /** Several hosts have answered within the hour, this one among them, and none since this one failed. */
  const isOpen = (url: string) => {
    const host = hosts.get(new URL(url).host);
    if (!host || !isKnown(host) || host.failedAt <= host.answeredAt) return false;
    const known = witnesses(host.local).filter(isKnown);
    return known.length >= severalHosts && known.every(({ answeredAt }) => answeredAt <= host.failedAt);
  };
  return {
    isDown: () => isDown(),
    othersAnswer(url) {
      const own = new URL(url).host;
      const local = isLocal(url);
      return [...hosts].some(
        ([name, host]) => name !== own && host.local === local && now() - host.answeredAt < knownMs,
      );
    },
    judge(url) {
      const local = isLocal(url);
      if (isDown(local) || !isOpen(url)) return Promise.resolve(isDown(local));
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          judging.delete(look);
          resolve(isDown(local));
        };
        const look = () => {
          if (isDown(local) || !isOpen(url)) end();
        };
        const timer = setTimeout(end, patienceMs);
        judging.add(look);
      });
    },
    note(url, outcome) {
      const failed = outcome.kind === 'connection_error' || (outcome.kind === 'timeout' && outcome.phase === 'connect');
      if (!failed && outcome.kind !== 'response') return;
      const parsed = new URL(url);
      const name = parsed.host;
      const never = Number.NEGATIVE_INFINITY;
      const host = hosts.get(name) ?? {
        answeredAt: never,
        failedAt: never,
        failingSince: never,
        local: isLocalName(parsed),
      };
      if (outcome.kind === 'response') host.local = isLocalName(parsed) || isLocalAddress(outcome.remoteAddress);
      if (failed && host.failedAt <= host.answeredAt) host.failingSince = now();
      if (failed) host.failedAt = now();
      else host.answeredAt = now();
      // Moved to the end: what has been silent longest is forgotten first.
      hosts.delete(name);
      hosts.set(name, host);
      if (hosts.size > maxHosts) hosts.delete(hosts.keys().next().value ?? '');
      for (const look of [...judging]) look();
    },
  };
}
