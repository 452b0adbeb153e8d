import type { Db, Tx } from '#src/store/db/database.ts';

/** A live signing secret; `expires_in_ms` by the database's clock, null when it has no end. */
export type WebhookSecretRow = { id: string; kind: string; sealed: Buffer; expires_in_ms: number | null };

/** The live signing secrets of an endpoint, or of a project's own callbacks, newest first: every one of them signs. */
export function liveWebhookSecrets(
  runner: Pick<Db, 'run'> | Pick<Tx, 'run'>,
  projectId: string,
  endpointId: string | null = null,
): Promise<WebhookSecretRow[]> {
  return runner.run<WebhookSecretRow>(
    'live_webhook_secrets',
    `select id, kind, sealed, extract(epoch from expires_at - now())::float8 * 1000 as expires_in_ms from webhook_secret
     where project_id = $1 and endpoint_id is not distinct from $2 and (expires_at is null or expires_at > now())
     order by created_at desc, id desc`,
    [projectId, endpointId],
  );
}

export async function insertWebhookSecret(
  tx: Tx,
  secret: { id: string; projectId: string; sealed: Uint8Array; hint: string },
): Promise<void> {
  await tx.run(
    'insert_webhook_secret',
    'insert into webhook_secret (id, project_id, sealed, hint) values ($1, $2, $3, $4)',
    [secret.id, secret.projectId, secret.sealed, secret.hint],
  );
}

/** The live secrets of every project and endpoint. */
export function allLiveWebhookSecrets(
  db: Db,
): Promise<{ id: string; project_id: string; kind: string; sealed: Buffer }[]> {
  return db.run(
    'all_live_webhook_secrets',
    'select id, project_id, kind, sealed from webhook_secret where expires_at is null or expires_at > now() order by id desc',
  );
}

export async function updateWebhookSecret(db: Db, id: string, sealed: Uint8Array): Promise<void> {
  await db.run('update_webhook_secret', 'update webhook_secret set sealed = $2 where id = $1', [id, sealed]);
}
