import { type Outcome, receivedOf } from '#src/domain/decide/outcome.ts';

/**
 * Record of answers and failures by host. It shows whether failures come from our own network or from receivers: if all
 * hosts that answered before fail at once, the cause is our network.
 */
export type EgressHealth = {
  note(url: string, outcome: Outcome): void;
  /**
   * Returns true if our own network seems to be down: within the last 30 s at least three hosts failed to connect, and
   * no host answered without failing again. A failing host counts only if it had answered within the hour before it
   * began to fail, and for at most a day. Local hosts do not count.
   */
  isDown(): boolean;
  /**
   * Returns true if another host, `local` or not like this one, has answered within the last hour. Then a failure of
   * this host is not the fault of our network.
   */
  othersAnswer(url: string): boolean;
  /**
   * Resolves to true if our own network is down. Call it after a failure of a host. If our network could be the cause,
   * it first waits at most 2 s for an answer of any host or for failures of the others. Otherwise the first host to
   * fail would be judged before the others have failed too.
   */
  judge(url: string): Promise<boolean>;
};

const recentMs = 30_000;
const knownMs = 3_600_000;
/** A host that has failed for longer than this counts as gone, and no longer as a sign that our own network is down. */
const longestMs = 86_400_000;
const severalHosts = 3;
const maxHosts = 1_000;

const patienceMs = 2_000;

/**
 * Times of a host in epoch milliseconds. `failingSince` is its first failure after its last answer. `local` is true for
 * hosts on this machine, such as Ringback itself: they show nothing about the network to other hosts.
 */
type Host = { answeredAt: number; failedAt: number; failingSince: number; local: boolean };

function isLocalName(url: URL): boolean {
  return /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(url.hostname);
}

function isLocalAddress(address: string | null): boolean {
  return address !== null && /^(::ffff:)?127\.|^::1$/.test(address);
}

function isUnreached(outcome: Outcome): boolean {
  return outcome.kind === 'connection_error' || (outcome.kind === 'timeout' && outcome.phase === 'connect');
}

/** Makes an empty record. `now` returns epoch milliseconds. */
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
  /**
   * Returns true if the cause of a failure is not clear yet: at least three hosts, this one included, had answered
   * within the hour before, and none has answered since this one failed.
   */
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
      const received = receivedOf(outcome);
      const failed = received === null && isUnreached(outcome);
      if (!failed && received === null) return;
      const parsed = new URL(url);
      const name = parsed.host;
      const never = Number.NEGATIVE_INFINITY;
      const host = hosts.get(name) ?? {
        answeredAt: never,
        failedAt: never,
        failingSince: never,
        local: isLocalName(parsed),
      };
      if (received !== null) host.local = isLocalName(parsed) || isLocalAddress(received.remoteAddress);
      if (failed && host.failedAt <= host.answeredAt) host.failingSince = now();
      if (failed) host.failedAt = now();
      else host.answeredAt = now();
      // The host moves to the end of the map, so that the host whose last outcome is oldest is dropped first.
      hosts.delete(name);
      hosts.set(name, host);
      if (hosts.size > maxHosts) hosts.delete(hosts.keys().next().value ?? '');
      for (const look of [...judging]) look();
    },
  };
}
