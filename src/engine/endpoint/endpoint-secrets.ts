import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type {
  MadeSecret,
  RevealedSecret,
  RotatedProjectSecret,
  RotatedSecret,
  SecretInfo,
  SecretKind,
} from '#src/contract/endpoint/endpoint.ts';
import type { RotateSpec } from '#src/contract/endpoint/endpoint-input.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { endpointLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Reads, Seals, Wakes } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import { endpointUuid, noSuch } from '#src/engine/show/known-id.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { Tx } from '#src/store/db/database.ts';
import { lockEndpoint } from '#src/store/endpoint/endpoint-rows.ts';
import {
  endSecret,
  expireSecrets,
  insertSecret,
  listSecrets,
  type SecretInfoRow,
  type SecretOwner,
  takeReveal,
} from '#src/store/endpoint/secret-rows.ts';
import { lockProject } from '#src/store/people/project-rows.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { loadEndpoint } from './to-endpoint.ts';

/** Makes a signing secret. Returns the value to seal, and the part that the caller may see. */
export function generateSecret(kind: SecretKind): { plain: string; shown: MadeSecret } {
  if (kind === 'v1') {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    return { plain: secret, shown: { signing: 'v1', secret } };
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  const publicBytes = Buffer.from(x, 'base64url');
  const plain = `whsk_${Buffer.concat([Buffer.from(d, 'base64url'), publicBytes]).toString('base64')}`;
  return { plain, shown: { signing: 'v1a', publicKey: `whpk_${publicBytes.toString('base64')}` } };
}

/** Makes and stores a secret inside the caller's transaction, which holds the owner's lock. */
export async function addSecret(
  tx: Pick<Tx, 'run'>,
  owner: SecretOwner,
  kind: SecretKind,
  deps: Seals & Clock,
): Promise<MadeSecret> {
  const id = newId(deps.now());
  const { plain, shown } = generateSecret(kind);
  const sealed = deps.cipher.seal(plain, sealContext.webhookSecret(id));
  const hint = (shown.signing === 'v1' ? shown.secret : shown.publicKey).replace(/=+$/, '').slice(-4);
  await insertSecret(tx, { ...owner, id, kind, sealed, hint });
  return shown;
}

export function rotateEndpointSecret(
  deps: Reads & Seals & Wakes & Clock,
  projectId: string,
  id: string,
  spec: RotateSpec,
): Promise<RotatedSecret> {
  return changing(deps, async (tx) => rotate(tx, await lockOwner(tx, projectId, id), spec, deps));
}

/** Rotates the project's own secret. It signs callbacks to the URLs that jobs give. */
export function rotateProjectSecret(
  deps: Reads & Seals & Wakes & Clock,
  projectId: string,
  overlapSeconds: number,
): Promise<RotatedProjectSecret> {
  return changing(deps, async (tx) => {
    if (!(await lockProject(tx, projectId))) {
      throw new Refusal('not_found', `there is no project ${formatId('prj', projectId)}`);
    }
    const made = await rotate(tx, { projectId, endpointId: null, kind: 'v1' }, { overlapSeconds, signing: 'v1' }, deps);
    if (made.signing !== 'v1') throw new Error('A project has shared secrets only.');
    return made;
  });
}

export async function endpointSecrets(deps: Reads, projectId: string, id: string): Promise<SecretInfo[]> {
  const endpoint = await loadEndpoint(deps, projectId, id);
  return (await listSecrets(deps.db, { projectId, endpointId: endpoint.id })).map(secretInfo);
}

export async function projectSecrets(deps: Reads, projectId: string): Promise<SecretInfo[]> {
  return (await listSecrets(deps.db, { projectId, endpointId: null, kind: 'v1' })).map(secretInfo);
}

/** Makes a change in a transaction, then notifies the workers, because they cache secrets. */
export async function changing<T>(deps: Reads & Wakes, work: (tx: Tx) => Promise<T>): Promise<T> {
  const changed = await deps.db.transaction(work);
  deps.notify('secrets');
  return changed;
}

/** Makes a new secret, which signs beside the older ones until their overlap is over. The owner is locked. */
export async function rotate(
  tx: Tx,
  owner: SecretOwner,
  spec: RotateSpec,
  deps: Seals & Clock,
): Promise<RotatedSecret> {
  const kind = spec.signing ?? (await listSecrets(tx, owner))[0]?.kind ?? 'v1';
  await expireSecrets(tx, owner, { overlapSeconds: spec.overlapSeconds, keep: endpointLimits.liveSecrets - 1 });
  const made = await addSecret(tx, owner, kind, deps);
  return { ...made, secrets: (await listSecrets(tx, owner)).map(secretInfo) };
}

/** A secret and its owner. `endpoint` is null for a secret of the project itself. */
export type OwnedSecret = { projectId: string; endpoint: string | null; secretId: string };

/**
 * Returns the value of a shared secret once more after its creation, for a user who did not keep it. `record` writes
 * the audit entry in the same transaction. When it throws, the secret can still be revealed.
 */
export function revealSecret(
  deps: Reads & Seals,
  { projectId, endpoint, secretId }: OwnedSecret,
  record: (tx: Tx, revealed: RevealedSecret) => Promise<void>,
): Promise<RevealedSecret> {
  return deps.db.transaction(async (tx) => {
    const owner = await lockOwner(tx, projectId, endpoint);
    const { kind } = await findLive(tx, owner, secretId);
    if (kind !== 'v1')
      throw new Refusal('not_revealable', 'the private key of an ed25519 secret is never shown', 'secretId');
    const taken = await takeReveal(tx, owner, secretId);
    if (!taken)
      throw new Refusal('not_revealable', 'this secret was revealed before; rotate to get a new one', 'secretId');
    const secret = deps.cipher.open(taken.sealed, sealContext.webhookSecret(secretId)).toString();
    const revealed = { id: secretId, secret };
    await record(tx, revealed);
    return revealed;
  });
}

/** Ends an old secret before its time. The newest secret cannot be ended, because it must go on signing. */
export function endOldSecret(
  deps: Reads & Wakes,
  projectId: string,
  endpoint: string | null,
  secretId: string,
): Promise<SecretInfo[]> {
  return changing(deps, async (tx) => {
    const owner = await lockOwner(tx, projectId, endpoint);
    const secret = await findLive(tx, owner, secretId);
    const [newest] = await listSecrets(tx, owner);
    if (newest?.id === secret.id)
      throw new Refusal('invalid_input', 'the newest secret is the one that signs; rotate it instead', 'secretId');
    await endSecret(tx, owner, secretId);
    return (await listSecrets(tx, owner)).filter((row) => row.id !== secretId).map(secretInfo);
  });
}

async function lockOwner(tx: Tx, projectId: string, endpoint: string | null): Promise<SecretOwner> {
  if (endpoint === null) {
    if (!(await lockProject(tx, projectId))) throw new Refusal('not_found', 'there is no such project');
    return { projectId, endpointId: null, kind: 'v1' };
  }
  const endpointId = endpointUuid(endpoint);
  const row = await lockEndpoint(tx, projectId, endpointId);
  if (!row) throw noSuch('end', endpoint);
  // This server verifies deliveries to a listener with the secrets of the project. With a secret of its own, all its
  // deliveries would be refused.
  if (row.listener) {
    const message = 'what `ringback listen` gets is signed with the secret of the project; rotate that one';
    throw new Refusal('invalid_input', message, 'id');
  }
  return { projectId, endpointId };
}

/** Returns a live secret of an owner. Throws `not_found`. */
export async function findLive(tx: Tx, owner: SecretOwner, secretId: string): Promise<SecretInfoRow> {
  const secret = (await listSecrets(tx, owner)).find((row) => row.id === secretId);
  if (!secret) throw new Refusal('not_found', `there is no live secret "${secretId.slice(0, 64)}"`, 'secretId');
  return secret;
}

/** Returns a secret as the API shows it, without its value. */
export function secretInfo(row: SecretInfoRow): SecretInfo {
  return {
    id: row.id,
    kind: row.kind,
    hint: row.hint,
    revealable: row.kind === 'v1' && row.revealed_at === null,
    createdAt: row.created_at.toISOString(),
    expiresAt: iso(row.expires_at),
  };
}
