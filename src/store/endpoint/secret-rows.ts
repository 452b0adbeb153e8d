import type { Db, Tx } from '#src/store/db/database.ts';

type Runner = Pick<Tx, 'run'>;

/**
 * The owner of signing secrets: an endpoint, or the project itself when `endpointId` is null. A project has shared
 * secrets and ed25519 keys side by side, each rotated by itself: `kind` tells which. Absent: those of both kinds.
 */
export type SecretOwner = { projectId: string; endpointId: string | null; kind?: 'v1' | 'v1a' };

export type SecretInfoRow = {
  id: string;
  kind: 'v1' | 'v1a';
  hint: string | null;
  revealed_at: Date | null;
  created_at: Date;
  expires_at: Date | null;
};

/**
 * A live signing secret. `expires_in_ms` is measured by the database's clock, and null when the secret does not expire.
 */
export type WebhookSecretRow = { id: string; kind: string; sealed: Uint8Array; expires_in_ms: number | null };

const ofOwner = 'project_id = $1 and endpoint_id is not distinct from $2::uuid';
const live = '(expires_at is null or expires_at > now())';
const newestFirst = 'order by created_at desc, id desc';

/** Returns the live secrets, newest first, without their values. */
export function listSecrets(runner: Runner, { projectId, endpointId, kind }: SecretOwner): Promise<SecretInfoRow[]> {
  return runner.run<SecretInfoRow>(
    'list_secrets',
    `select id, kind, hint, revealed_at, created_at, expires_at from webhook_secret
     where ${ofOwner} and ($3::text is null or kind = $3) and ${live} ${newestFirst}`,
    [projectId, endpointId, kind ?? null],
  );
}

/** Returns the live ed25519 keys of a project itself, or of an endpoint, newest first. One of the two ids is null. */
export function livePublicKeys(
  runner: Runner,
  projectId: string | null,
  endpointId: string | null,
): Promise<{ id: string; sealed: Uint8Array }[]> {
  return runner.run(
    'live_public_keys',
    `select id, sealed from webhook_secret
     where (endpoint_id = $2::uuid or endpoint_id is null and project_id = $1::uuid) and kind = 'v1a' and ${live}
     ${newestFirst}`,
    [projectId, endpointId],
  );
}

/** Returns the live signing secrets of an endpoint, or of a project's own callbacks, newest first. All of them sign. */
export function liveWebhookSecrets(
  runner: Runner,
  projectId: string,
  endpointId: string | null = null,
): Promise<WebhookSecretRow[]> {
  return runner.run<WebhookSecretRow>(
    'live_webhook_secrets',
    `select id, kind, sealed, extract(epoch from expires_at - now())::float8 * 1000 as expires_in_ms
     from webhook_secret where ${ofOwner} and ${live} ${newestFirst}`,
    [projectId, endpointId],
  );
}

/** Returns the live secrets of all projects and endpoints. */
export function allLiveWebhookSecrets(
  db: Db,
): Promise<{ id: string; project_id: string; kind: string; sealed: Uint8Array }[]> {
  return db.run(
    'all_live_webhook_secrets',
    `select id, project_id, kind, sealed from webhook_secret where ${live} order by id desc`,
  );
}

/**
 * Stores a secret. Its creation time is the time of this statement, which runs after the owner's lock was taken. The
 * start of the transaction would be too early, because the transaction may have waited for the lock.
 */
export async function insertSecret(
  tx: Runner,
  secret: SecretOwner & { id: string; kind: 'v1' | 'v1a'; sealed: Uint8Array; hint: string },
): Promise<void> {
  await tx.run(
    'insert_secret',
    `insert into webhook_secret (id, project_id, endpoint_id, kind, sealed, hint, created_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp())`,
    [secret.id, secret.projectId, secret.endpointId, secret.kind, secret.sealed, secret.hint],
  );
}

/**
 * Sets the end of the owner's live secrets to `overlapSeconds` from now, unless it was earlier already. This applies to
 * the newest `keep` secrets; the others end now. Secrets that had ended before are deleted.
 */
export async function expireSecrets(
  tx: Tx,
  { projectId, endpointId, kind }: SecretOwner,
  { overlapSeconds, keep }: { overlapSeconds: number; keep: number },
): Promise<void> {
  await tx.run('delete_ended_secrets', `delete from webhook_secret where ${ofOwner} and not ${live}`, [
    projectId,
    endpointId,
  ]);
  // The end is cut to milliseconds, because the column rounds: an end of now must not become later.
  await tx.run(
    'expire_secrets',
    `update webhook_secret set expires_at = least(expires_at, date_trunc('milliseconds', now())
       + case when newest.n <= $4 then $3::float8 else 0 end * interval '1 second')
     from (select id, row_number() over (${newestFirst}) as n from webhook_secret
           where ${ofOwner} and ($5::text is null or kind = $5)) as newest
     where webhook_secret.id = newest.id`,
    [projectId, endpointId, overlapSeconds, keep, kind ?? null],
  );
}

/**
 * Marks a live shared secret as revealed and returns its sealed value. Returns undefined when it was revealed before.
 */
export async function takeReveal(
  tx: Tx,
  { projectId, endpointId }: SecretOwner,
  id: string,
): Promise<{ sealed: Uint8Array } | undefined> {
  const rows = await tx.run<{ sealed: Uint8Array }>(
    'reveal_secret',
    `update webhook_secret set revealed_at = now()
     where ${ofOwner} and ${live} and id = $3 and kind = 'v1' and revealed_at is null returning sealed`,
    [projectId, endpointId, id],
  );
  return rows[0];
}

/** Ends a live secret now. The caller must make sure that another one signs. */
export async function endSecret(tx: Tx, { projectId, endpointId }: SecretOwner, id: string): Promise<void> {
  await tx.run(
    'end_secret',
    `update webhook_secret set expires_at = date_trunc('milliseconds', now()) where ${ofOwner} and ${live} and id = $3`,
    [projectId, endpointId, id],
  );
}
