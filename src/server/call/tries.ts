import { Refusal } from '#src/contract/shape/error-code.ts';
import { addressGroup } from '#src/domain/egress/client-address.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { countTry } from '#src/store/people/sign-in-limit.ts';

/** `rate_limited` that says when it is worth trying again. */
export class TooManyTries extends Refusal {
  readonly retryAfterSeconds: number;

  constructor(secondsLeft: number) {
    const seconds = Math.max(1, Math.ceil(secondsLeft));
    super('rate_limited', `too many tries; try again in ${seconds} s`);
    this.retryAfterSeconds = seconds;
  }
}

const windowSeconds = 60;

/** Everything that tells a right password from a wrong one shares one limit for each address. */
export function limitPasswords(deps: Pick<ServerDeps, 'db'>, peer: string): Promise<void> {
  return limit(deps, `sign-in ${addressGroup(peer)}`, 10);
}

export function limitLinks(deps: Pick<ServerDeps, 'db'>, peer: string): Promise<void> {
  return limit(deps, `join ${addressGroup(peer)}`, 30);
}

/** Of somebody who is signed in, wherever they are: a stolen session must not be a way to the password. */
export function limitPasswordChanges(deps: Pick<ServerDeps, 'db'>, userId: string): Promise<void> {
  return limit(deps, `password ${userId}`, 10);
}

async function limit({ db }: Pick<ServerDeps, 'db'>, key: string, most: number): Promise<void> {
  const { count, secondsLeft } = await countTry(db, key, windowSeconds);
  if (count > most) throw new TooManyTries(secondsLeft);
}
