import type { Outcome } from '#src/domain/outcome.ts';

/** Tells our own way out from the receivers: when all that answered before fail at once, it is not their fault. */
export type EgressHealth = {
  note(url: string, outcome: Outcome): void;
  /** True while hosts that answered within the last hour fail below HTTP, several of them, and none answers. */
  isDown(): boolean;
  /**
   * The same for one that has just failed, once it is clear: the first to fail would be blamed before the others have. Waits
   * for an answer from anywhere, or for the others to fail too, for two seconds at most, and only where it could be our fault.
   */
  judge(url: string): Promise<boolean>;
};

const recentMs = 30_000;
const knownMs = 3_600_000;
const severalHosts = 3;
const maxHosts = 1_000;

const patienceMs = 2_000;

type Host = { answeredAt: number; failedAt: number };

export function makeEgressHealth(now: () => number): EgressHealth {
  const hosts = new Map<string, Host>();
  const judging = new Set<() => void>();
  const isDown = () => {
    const at = now();
    let failing = 0;
    for (const { answeredAt, failedAt } of hosts.values()) {
      if (answeredAt >= failedAt && at - answeredAt < recentMs) return false;
      if (failedAt > answeredAt && at - failedAt < recentMs && at - answeredAt < knownMs) failing += 1;
    }
    return failing >= severalHosts;
  };
  const isKnown = ({ answeredAt }: Host) => now() - answeredAt < knownMs;
  /** Several hosts have answered within the hour, this one among them, and none since this one failed. */
  const isOpen = (url: string) => {
    const host = hosts.get(new URL(url).host);
    if (!host || !isKnown(host) || host.failedAt <= host.answeredAt) return false;
    const known = [...hosts.values()].filter(isKnown);
    return known.length >= severalHosts && known.every(({ answeredAt }) => answeredAt <= host.failedAt);
  };
  return {
    isDown,
    judge(url) {
      if (isDown() || !isOpen(url)) return Promise.resolve(isDown());
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          judging.delete(look);
          resolve(isDown());
        };
        const look = () => {
          if (isDown() || !isOpen(url)) end();
        };
        const timer = setTimeout(end, patienceMs);
        judging.add(look);
      });
    },
    note(url, outcome) {
      const failed = outcome.kind === 'connection_error' || (outcome.kind === 'timeout' && outcome.phase === 'connect');
      if (!failed && outcome.kind !== 'response') return;
      const name = new URL(url).host;
      const host = hosts.get(name) ?? { answeredAt: Number.NEGATIVE_INFINITY, failedAt: Number.NEGATIVE_INFINITY };
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
