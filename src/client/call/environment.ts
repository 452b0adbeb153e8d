/** The settings that the client takes from its surroundings when they are not given. */
export type Environment = { url: string | undefined; apiKey: string | undefined; webhookSecret: string | undefined };

/**
 * `RINGBACK_URL`, `RINGBACK_API_KEY` and `RINGBACK_WEBHOOK_SECRET`; undefined where there is no such variable, or, as in
 * browsers and on some edge platforms, no `process` at all. Read at each call, so that a value set after the module was
 * loaded still counts.
 */
export function readEnvironment(): Environment {
  const variables = globalThis.process?.env as Record<string, string | undefined> | undefined;
  return {
    url: variables?.RINGBACK_URL || undefined,
    apiKey: variables?.RINGBACK_API_KEY || undefined,
    webhookSecret: variables?.RINGBACK_WEBHOOK_SECRET || undefined,
  };
}
