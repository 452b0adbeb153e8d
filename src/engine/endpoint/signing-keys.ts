import type { MadePublicKey, SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import type { PublicKeyPage, RotatedSigningKey, SigningKeys } from '#src/contract/endpoint/signing-key-schemas.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Links, Reads, Seals, Wakes } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { endSecret, listSecrets, livePublicKeys, type SecretOwner } from '#src/store/endpoint/secret-rows.ts';
import { lockProject } from '#src/store/people/project-rows.ts';
import { openWebhookSecret } from '#src/store/seal/sealed-parts.ts';
import { changing, findLive, rotate, secretInfo } from './endpoint-secrets.ts';

/** Path of the page of public keys of a project (`prj_…`) or an endpoint (`end_…`). */
export function publicKeysPath(id: string): string {
  return `/.well-known/ringback/${id}/jwks.json`;
}

/** Returns the live ed25519 keys that sign a project's callbacks to URLs, newest first, and where their page is. */
export async function signingKeys(deps: Reads & Links, projectId: string): Promise<SigningKeys> {
  return { jwksUrl: jwksUrl(deps, projectId), secrets: await listKeys(deps.db, projectId) };
}

/**
 * Makes a new ed25519 key for a project's callbacks to URLs. The first one turns `v1a` signatures on, beside those of the
 * shared secrets. Older keys go on signing for `overlapSeconds`.
 */
export function rotateSigningKey(
  deps: Reads & Links & Wakes & Clock,
  projectId: string,
  overlapSeconds: number,
): Promise<RotatedSigningKey> {
  return changing(deps, async (tx) => {
    await holdProject(tx, projectId);
    const { secrets, ...made } = await rotate(tx, ownerOf(projectId), { overlapSeconds, signing: 'v1a' }, deps);
    return { ...(made as MadePublicKey), jwksUrl: jwksUrl(deps, projectId), secrets };
  });
}

/**
 * Ends a key now. The end of the last one turns `v1a` signatures off: the shared secrets go on signing. Throws
 * `not_found`.
 */
export function endSigningKey(deps: Reads & Links & Wakes, projectId: string, keyId: string): Promise<SigningKeys> {
  return changing(deps, async (tx) => {
    await holdProject(tx, projectId);
    await findLive(tx, ownerOf(projectId), keyId);
    await endSecret(tx, ownerOf(projectId), keyId);
    const secrets = (await listKeys(tx, projectId)).filter(({ id }) => id !== keyId);
    return { jwksUrl: jwksUrl(deps, projectId), secrets };
  });
}

/**
 * Returns the public keys that verify what a project (`prj_…`) signs for URLs, or what an endpoint (`end_…`) gets, newest
 * first. Returns null for a text that is no such id. An owner without keys, and one that does not exist, has none.
 */
export async function publicKeys(deps: Reads & Seals, id: string): Promise<PublicKeyPage | null> {
  const projectId = parseId('prj', id);
  const endpointId = parseId('end', id);
  if (projectId === null && endpointId === null) return null;
  const rows = await livePublicKeys(deps.db, projectId, endpointId);
  const keys = rows.map((row) => {
    // The sealed text is `whsk_` and base64 of the seed and the public key, 32 bytes each.
    const pair = Buffer.from(openWebhookSecret(deps.cipher, row.id, row.sealed).slice('whsk_'.length), 'base64');
    const x = pair.subarray(32).toString('base64url');
    return { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: row.id, x } as const;
  });
  return { keys };
}

function ownerOf(projectId: string): SecretOwner {
  return { projectId, endpointId: null, kind: 'v1a' };
}

function jwksUrl({ publicUrl }: Links, projectId: string): string {
  return `${publicUrl}${publicKeysPath(formatId('prj', projectId))}`;
}

async function listKeys(runner: Pick<Tx, 'run'>, projectId: string): Promise<SecretInfo[]> {
  return (await listSecrets(runner, ownerOf(projectId))).map(secretInfo);
}

async function holdProject(tx: Tx, projectId: string): Promise<void> {
  if (!(await lockProject(tx, projectId))) throw new Refusal('not_found', 'there is no such project');
}
