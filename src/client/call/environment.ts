/** The settings that the client reads from environment variables when they are not given. */
export type Environment = {
  url: string | undefined;
  apiKey: string | undefined;
  webhookSecret: string | undefined;
  appUrl: string | undefined;
};

/**
 * Returns `RINGBACK_URL`, `RINGBACK_API_KEY`, `RINGBACK_WEBHOOK_SECRET` and `RINGBACK_APP_URL`. A value is undefined when its variable is
 * missing or empty, or when there is no `process`, as in browsers and on some edge platforms. The variables are read at
 * each call, so that a value set after the module was loaded still counts.
 */
export function readEnvironment(): Environment {
  const variables = globalThis.process?.env as Record<string, string | undefined> | undefined;
  return {
    url: variables?.RINGBACK_URL || undefined,
    apiKey: variables?.RINGBACK_API_KEY || undefined,
    webhookSecret: variables?.RINGBACK_WEBHOOK_SECRET || undefined,
    appUrl: variables?.RINGBACK_APP_URL || undefined,
  };
}
