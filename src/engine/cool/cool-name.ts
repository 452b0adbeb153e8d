import { createHash } from 'node:crypto';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { urlOrigin } from '#src/domain/flow/url-origin.ts';
import { isSecretHeader, queryValues } from '#src/domain/redact/redact.ts';
import type { Seals } from '#src/engine/deps.ts';
import type { CoolName } from '#src/store/line/cool-down-rows.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';

/** A request as it is sent. `secretParameters` are the names of its query parameters that are shown masked. */
export type SentRequest = { url: string; headers: HeaderList; secretParameters: readonly string[] };

/**
 * Returns the name of the cool-down that holds for a request: its project, its origin, and a keyed hash of the
 * credentials that it carries. No credentials count as one. Nobody can tell the credentials from the hash without the
 * encryption keys.
 */
export function coolNameOf(projectId: string, request: SentRequest, { cipher }: Seals): CoolName {
  const origin = urlOrigin(request.url);
  const text = JSON.stringify([
    request.headers.filter(([name]) => isCredential(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
    queryValues(request.url, request.secretParameters),
  ]);
  const digest = createHash('sha256').update(text).digest();
  const mark = cipher.fingerprint(digest, `cooldown:${projectId} ${origin}`).toString('base64url');
  const name = { projectId, kind: 'cooldown' as const, key: `${origin} ${mark}` };
  return { ...name, id: lineIdOf(name) };
}

/** Returns true for headers that say who asks. A signature is another one for each request. */
function isCredential(name: string): boolean {
  return isSecretHeader(name) && !name.includes('signature');
}

/** Returns the origin of a cool-down. */
export function coolOrigin({ key }: { key: string }): string {
  return key.slice(0, key.indexOf(' '));
}
