/** The credentials that the first start made, or that a later start has found. */
export type Credentials = Readonly<{
  /** The server's public base URL. */
  url: string;
  apiKey: string;
  adminEmail?: string | undefined;
  adminPassword?: string | undefined;
  /** The absolute path of the file that holds the credentials. */
  file: string;
}>;

/**
 * Returns the text that `up` prints when the server is ready: its URL, and a request to paste that shows its use.
 * Without `showSecrets`, when the output may be kept, the text has no key and no password. The request then reads the
 * key from the file. With `dev` the text names what only development allows.
 */
export function greeting(credentials: Credentials, options: { showSecrets: boolean; dev: boolean }): string {
  const { showSecrets, dev } = options;
  const { url, file } = credentials;
  const inbox = `${url}/playground/inbox/hello`;
  const job = { url: `${url}/playground/target?plan=429,503,200`, callback: inbox };
  const key = showSecrets ? credentials.apiKey : `$(node -p 'require(${JSON.stringify(file)}).apiKey')`;
  return [
    '',
    `  Ringback is  ${url}`,
    ...signIn(credentials, showSecrets),
    `  Key is in    ${file}`,
    ...(dev ? ['  Development: jobs may call programs on this machine, which "npm start" refuses.'] : []),
    '',
    '  Try it: this target answers 429, then 503, then 200. Ringback retries, then rings the callback.',
    '',
    `curl -sS ${url}/v1/jobs \\`,
    `  -H "authorization: Bearer ${key}" \\`,
    "  -H 'content-type: application/json' \\",
    `  -d '${JSON.stringify(job)}'`,
    '',
    `  Then look at ${inbox}  (signed in, or with the same authorization header)`,
    '',
  ].join('\n');
}

function signIn({ adminEmail, adminPassword }: Credentials, showSecrets: boolean): string[] {
  if (!adminEmail) return [];
  const password = adminPassword && showSecrets ? `  with  ${adminPassword}` : '';
  return [`  Sign in as   ${adminEmail}${password}`];
}
