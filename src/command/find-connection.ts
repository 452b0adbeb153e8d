import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError } from './command-error.ts';

/** The URL of a Ringback and an API key for it. */
export type Connection = Readonly<{ url: string; apiKey: string }>;

export type ConnectionOptions = Readonly<{
  url?: string | undefined;
  apiKey?: string | undefined;
  /** The URL when neither an option, nor the environment, nor the data folder has one. The server's command has it. */
  lastUrl?: string | undefined;
}>;

type Stored = Readonly<{ url?: string; apiKey?: string; webhookSecret?: string }>;

/**
 * Finds URL and API key: in the options, else in RINGBACK_URL and RINGBACK_API_KEY, else in the file that `up` wrote
 * into the data folder. Throws a CommandError that names what is missing.
 */
export async function findConnection(options: ConnectionOptions): Promise<Connection> {
  const stored = await readCredentials();
  const given = readUrl(options.url, '--url') ?? readUrl(variable('RINGBACK_URL'), 'RINGBACK_URL');
  const url = given ?? stored.url ?? options.lastUrl;
  if (url === undefined) throw new CommandError('Where is Ringback? Give --url https://… or set RINGBACK_URL.');
  // A stored key belongs to the server that made it. Another server must not see it.
  const storedKey = stored.url !== undefined && isSameServer(stored.url, url) ? stored.apiKey : undefined;
  const apiKey = options.apiKey ?? variable('RINGBACK_API_KEY') ?? storedKey;
  if (apiKey) return { url, apiKey };
  const other = stored.apiKey === undefined ? '' : ` The one in ${dataDir()} is for ${stored.url}.`;
  throw new CommandError(`There is no API key for ${url}. Give --api-key rbk_… or set RINGBACK_API_KEY.${other}`);
}

/** A secret and the name of its source. */
export type FoundSecret = Readonly<{ secret: string; source: string }>;

/**
 * Finds the secret that the receiving app verifies with: the given one, else RINGBACK_WEBHOOK_SECRET, else the one that
 * `up` wrote into the data folder. Throws a CommandError without a secret.
 */
export async function findWebhookSecret(given: string | undefined): Promise<FoundSecret> {
  const set = given ?? variable('RINGBACK_WEBHOOK_SECRET');
  // The value may hold several secrets. The first is enough, since any of them verifies.
  const first = set?.split(',')[0]?.trim();
  if (first) return { secret: first, source: given === undefined ? 'RINGBACK_WEBHOOK_SECRET' : '--secret' };
  const { webhookSecret } = await readCredentials();
  if (webhookSecret) return { secret: webhookSecret, source: join(dataDir(), 'credentials.json') };
  throw new CommandError(
    `There is no webhook secret to sign with: give --secret whsec_…, set RINGBACK_WEBHOOK_SECRET, or run where ${dataDir()} is.`,
  );
}

/** Parses an http(s) URL. Throws a CommandError that names the option for any other text. */
export function httpUrl(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CommandError(`${option} should be an http or https URL like http://localhost:3001/hooks, not "${text}".`);
}

/** Returns a variable of the environment. An empty one counts as missing. */
function variable(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}

function dataDir(): string {
  return resolve(variable('RINGBACK_DATA_DIR') ?? '.ringback');
}

function readUrl(text: string | undefined, option: string): string | undefined {
  return text === undefined ? undefined : httpUrl(text, option).href.replace(/\/+$/, '');
}

function isSameServer(a: string, b: string): boolean {
  const name = (url: string) => {
    if (!URL.canParse(url)) return url;
    const { protocol, host } = new URL(url);
    return `${protocol}//${host.replace(/^(127\.0\.0\.1|\[::1\])(?=:|$)/, 'localhost')}`;
  };
  return name(a) === name(b);
}

async function readCredentials(): Promise<Stored> {
  const file = join(dataDir(), 'credentials.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
