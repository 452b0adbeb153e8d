import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '#src/cli/start-error.ts';
import { readConfig } from '#src/config.ts';

/** The URL of a Ringback and an API key for it. */
export type Connection = Readonly<{ url: string; apiKey: string }>;

export type ConnectionOptions = Readonly<{ url?: string | undefined; apiKey?: string | undefined }>;

type Stored = Readonly<{ url?: string; apiKey?: string; webhookSecret?: string }>;

/**
 * Finds URL and API key: in the options, else in RINGBACK_URL and RINGBACK_API_KEY, else in the file that `up` wrote
 * into the data folder. Throws a StartError without a key.
 */
export async function findConnection(options: ConnectionOptions): Promise<Connection> {
  const config = readConfig();
  const stored = await readCredentials(config.dataDir);
  const url = readUrl(options.url) ?? (process.env.RINGBACK_URL?.trim() ? config.url : (stored.url ?? config.url));
  // A stored key belongs to the server that made it. Another server must not see it.
  const storedKey = stored.url !== undefined && isSameServer(stored.url, url) ? stored.apiKey : undefined;
  const apiKey = options.apiKey ?? config.apiKey ?? storedKey;
  if (apiKey) return { url, apiKey };
  const other = stored.apiKey === undefined ? '' : ` The one in ${config.dataDir} is for ${stored.url}.`;
  throw new StartError(`There is no API key for ${url}. Give --api-key rbk_… or set RINGBACK_API_KEY.${other}`);
}

/** A secret and the name of its source. */
export type FoundSecret = Readonly<{ secret: string; source: string }>;

/**
 * Finds the secret that the receiving app verifies with: the given one, else RINGBACK_WEBHOOK_SECRET, else the one that
 * `up` wrote into the data folder. Throws a StartError without a secret.
 */
export async function findWebhookSecret(given: string | undefined): Promise<FoundSecret> {
  const set = given ?? process.env.RINGBACK_WEBHOOK_SECRET;
  // The value may hold several secrets. The first is enough, since any of them verifies.
  const first = set?.split(',')[0]?.trim();
  if (first) return { secret: first, source: given === undefined ? 'RINGBACK_WEBHOOK_SECRET' : '--secret' };
  const { dataDir } = readConfig();
  const { webhookSecret } = await readCredentials(dataDir);
  if (webhookSecret) return { secret: webhookSecret, source: join(dataDir, 'credentials.json') };
  throw new StartError(
    `There is no webhook secret to sign with: give --secret whsec_…, set RINGBACK_WEBHOOK_SECRET, or run where ${dataDir} is.`,
  );
}

function readUrl(text: string | undefined): string | undefined {
  return text === undefined ? undefined : httpUrl(text, '--url').href.replace(/\/+$/, '');
}

/** Parses an http(s) URL. Throws a StartError that names the option for any other text. */
export function httpUrl(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new StartError(`${option} should be an http or https URL like http://localhost:3001/hooks, not "${text}".`);
}

function isSameServer(a: string, b: string): boolean {
  const name = (url: string) => {
    if (!URL.canParse(url)) return url;
    const { protocol, host } = new URL(url);
    return `${protocol}//${host.replace(/^(127\.0\.0\.1|\[::1\])(?=:|$)/, 'localhost')}`;
  };
  return name(a) === name(b);
}

async function readCredentials(dataDir: string): Promise<Stored> {
  const file = join(dataDir, 'credentials.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
