import { LaterRefusal } from '#src/contract/shape/later-refusal.ts';
import { addressGroup } from '#src/domain/egress/client-address.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { countTry } from '#src/store/people/sign-in-limit.ts';

/** A `rate_limited` refusal with the time after which the caller may try again. */
export class TooManyTries extends LaterRefusal {
  constructor(secondsLeft: number, message?: string) {
    const seconds = Math.max(1, Math.ceil(secondsLeft));
    super('rate_limited', seconds, message ?? `too many attempts; try again in ${seconds} s`);
  }
}

const windowSeconds = 60;

/** Limits password checks. All routes that check a password share one limit for each group of addresses. */
export function limitPasswords(deps: Pick<ServerDeps, 'db'>, peer: string): Promise<void> {
  return limit(deps, `sign-in ${addressGroup(peer)}`, 10);
}

export function limitLinks(deps: Pick<ServerDeps, 'db'>, peer: string): Promise<void> {
  return limit(deps, `join ${addressGroup(peer)}`, 30);
}

/**
 * Limits password changes per user, from any address, so that a stolen session cannot be used to guess the password.
 */
export function limitPasswordChanges(deps: Pick<ServerDeps, 'db'>, userId: string): Promise<void> {
  return limit(deps, `password ${userId}`, 10);
}

async function limit({ db }: Pick<ServerDeps, 'db'>, key: string, most: number): Promise<void> {
  const { count, secondsLeft } = await countTry(db, key, windowSeconds);
  if (count > most) throw new TooManyTries(secondsLeft);
}
