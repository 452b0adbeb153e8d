import type { Config } from '#src/config.ts';
import { sentence } from '#src/domain/decide/outcome-text.ts';

/** Settings whose whole value is secret, and URLs with a password in them. */
type SecretSettings = Partial<
  Pick<
    Config,
    | 'databaseUrl'
    | 'smtpUrl'
    | 'egressProxy'
    | 'authSecret'
    | 'metricsToken'
    | 'adminPassword'
    | 'apiKey'
    | 'encryptionKeys'
  >
>;

/**
 * Returns what an error says as one line without secrets. Errors of PostgreSQL, of the network and of files are written
 * by others, who may repeat what they were given.
 */
export function describeFailure(error: unknown, settings: SecretSettings): string {
  const parts = error instanceof AggregateError && error.message === '' ? error.errors : [error];
  const said = parts.map((part) => (part instanceof Error ? part.message || part.name : String(part))).join('; ');
  const hidden = secretsIn(settings).reduce((text, secret) => text.replaceAll(secret, '********'), said);
  return sentence(hidden.replace(/(\w+:\/\/[^\s:/@]*):[^\s@]*@/g, '$1:********@').replaceAll(/\s+/g, ' '));
}

function secretsIn(settings: SecretSettings): string[] {
  const { databaseUrl, smtpUrl, encryptionKeys = [], authSecret, metricsToken, adminPassword, apiKey } = settings;
  const proxy = settings.egressProxy?.authorization?.replace('Basic ', '');
  const keys = encryptionKeys.map(({ key }) => key.toString('base64'));
  const whole = [authSecret, metricsToken, adminPassword, apiKey, proxy, ...keys];
  return [...whole, ...passwordsOf(databaseUrl), ...passwordsOf(smtpUrl)].filter(
    (text) => text !== undefined && text !== '',
  ) as string[];
}

function passwordsOf(text: string | undefined): string[] {
  if (text === undefined || !URL.canParse(text)) return [];
  const url = new URL(text);
  const inQuery = url.searchParams.get('password') ?? '';
  let plain = url.password;
  try {
    plain = decodeURIComponent(url.password);
  } catch {
    // The password is then used as it stands.
  }
  return [url.password, plain, inQuery];
}
