import type { Db, Tx } from './pool.ts';

/** A project's live signing secrets, newest first: every one of them signs. */
export function liveWebhookSecrets(
  runner: Pick<Db, 'run'> | Pick<Tx, 'run'>,
  projectId: string,
): Promise<{ id: string; sealed: Buffer }[]> {
  return runner.run(
    'live_webhook_secrets',
    `select id, sealed from webhook_secret where project_id = $1 and (expires_at is null or expires_at > now())
     order by created_at desc, id desc`,
    [projectId],
  );
}

export async function insertWebhookSecret(
  tx: Tx,
  secret: { id: string; projectId: string; sealed: Uint8Array },
): Promise<void> {
  await tx.run('insert_webhook_secret', 'insert into webhook_secret (id, project_id, sealed) values ($1, $2, $3)', [
    secret.id,
    secret.projectId,
    secret.sealed,
  ]);
}

/** The live secrets of every project, for the built-in inbox, which does not know whose callback it receives. */
export function allLiveWebhookSecrets(db: Db): Promise<{ id: string; sealed: Buffer }[]> {
  return db.run(
    'all_live_webhook_secrets',
    'select id, sealed from webhook_secret where expires_at is null or expires_at > now() order by id desc limit 1000',
  );
}

export async function updateWebhookSecret(db: Db, id: string, sealed: Uint8Array): Promise<void> {
  await db.run('update_webhook_secret', 'update webhook_secret set sealed = $2 where id = $1', [id, sealed]);
}
