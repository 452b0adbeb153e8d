import { CommandError } from '#src/command/command-error.ts';
import { type ConnectionOptions, type FoundSecret, findConnection } from '#src/command/find-connection.ts';
import type { SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import { decodeSecret } from '#src/domain/text/signature.ts';

const askTimeoutMs = 3_000;

/** Throws a CommandError that names the source when a value cannot be a shared secret. */
export function checkSecret({ secret, source }: FoundSecret): void {
  if (/^whsec_./.test(secret) && decodeSecret(secret) !== null) return;
  throw new CommandError(`A webhook secret is \`whsec_\` and base64; that of ${source} is not.`);
}

/**
 * Compares the secret that signed a sample with the project's secrets and returns a note for the user. A receiver may
 * accept a secret although Ringback no longer signs with it, or will soon stop. Returns null for the project's newest
 * secret, and for a `--secret` when the project's secrets are unknown.
 */
export async function noteOnSecret(found: FoundSecret, options: ConnectionOptions): Promise<string | null> {
  const signed = `Signed with the secret of ${found.source}`;
  const live = await liveSecrets(options);
  const [newest] = live ?? [];
  if (live === null || newest === undefined || live.some(({ hint }) => hint === null)) {
    return found.source === '--secret' ? null : `${signed}; whether the project still has it could not be asked.`;
  }
  const hint = hintOf(found.secret);
  const known = live.find((one) => one.hint === hint);
  if (known === newest) return null;
  if (known)
    return `${signed} (…${hint}), an old one that signs until ${known.expiresAt}; the newest is …${newest.hint}.`;
  const other = found.source.endsWith('.json') ? 'was it rotated?' : 'is it an endpoint’s, or an old one?';
  return `${signed} (…${hint}), which is none of the project's: ${other} Callbacks are signed with …${newest.hint}.`;
}

/** Returns the hint that the server keeps of a secret: its last four characters without padding. */
function hintOf(secret: string): string {
  return secret.replace(/=+$/, '').slice(-4);
}

/**
 * Returns the project's live shared secrets, newest first. Null when the server cannot be reached or refuses the key.
 */
async function liveSecrets(options: ConnectionOptions): Promise<SecretInfo[] | null> {
  try {
    const { url, apiKey } = await findConnection(options);
    const response = await fetch(`${url}/v1/project/webhook-secrets`, {
      headers: { authorization: `Bearer ${apiKey}` },
      redirect: 'error',
      signal: AbortSignal.timeout(askTimeoutMs),
    });
    if (!response.ok) return null;
    const { secrets } = (await response.json()) as { secrets: SecretInfo[] };
    return secrets.filter(({ kind }) => kind === 'v1');
  } catch {
    return null;
  }
}
