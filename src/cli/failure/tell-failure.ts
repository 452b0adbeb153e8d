import { type ChildMessage, tellParent } from '#src/cli/run/child.ts';
import { StartError } from '#src/cli/start-error.ts';
import { ConfigError } from '#src/config.ts';
import { describeFailure } from './describe-failure.ts';

/** Tells the parent why this process ends. Without this the parent would start it again in vain, and for ever. */
export async function tellFailure(error: unknown): Promise<void> {
  await tellParent(messageOf(error));
}

function messageOf(error: unknown): ChildMessage {
  if (error instanceof ConfigError) return { kind: 'refused', message: error.message };
  if (!(error instanceof StartError)) {
    const { DATABASE_URL: databaseUrl, RINGBACK_AUTH_SECRET: authSecret } = process.env;
    return { kind: 'failed', message: describeFailure(error, { databaseUrl, authSecret }), passing: false };
  }
  const { message, passes } = error;
  if (passes === 'alone') return { kind: 'failed', message, passing: true };
  return { kind: 'refused', message, mayPass: passes === 'released' };
}
