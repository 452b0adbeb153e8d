import type { Outcome } from '#src/domain/outcome.ts';

/** Tells our own way out from the receivers: when all that answered before fail at once, it is not their fault. */
export type EgressHealth = {
  note(url: string, outcome: Outcome): void;
  /** True while hosts that answered within the last hour fail below HTTP, several of them, and none answers. */
  isDown(): boolean;
};

const recentMs = 30_000;
const knownMs = 3_600_000;
const severalHosts = 3;
const maxHosts = 1_000;

type Host = { answeredAt: number; failedAt: number };

export function makeEgressHealth(now: () => number): EgressHealth {
  const hosts = new Map<string, Host>();
  return {
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
    },
    isDown() {
      const at = now();
      let failing = 0;
      for (const { answeredAt, failedAt } of hosts.values()) {
        if (answeredAt >= failedAt && at - answeredAt < recentMs) return false;
        if (failedAt > answeredAt && at - failedAt < recentMs && at - answeredAt < knownMs) failing += 1;
      }
      return failing >= severalHosts;
    },
  };
}
