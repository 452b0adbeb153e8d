/** What the first start has made, and a later one has found again. */
export type Credentials = Readonly<{
  /** The server's public base URL. */
  url: string;
  apiKey: string;
  adminEmail?: string | undefined;
  adminPassword?: string | undefined;
  /** Where they are kept: an absolute path. */
  file: string;
}>;

/**
 * What `up` says when the server is ready: where it is, and a request to paste that shows what it is for. Without
 * `showSecrets`, when the output is likely to be kept, key and password are left in their file, and the request takes
 * the key from there. In development it says what is allowed then and not otherwise.
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
