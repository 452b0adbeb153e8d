import type { Db, Tx } from '#src/store/db/database.ts';

/** An e-mail that is to be sent. */
export type NewAlertMail = { id: string; projectId: string; recipients: string[]; subject: string; text: string };

export async function insertAlertMail(tx: Tx, mail: NewAlertMail): Promise<void> {
  await tx.send(
    'insert_alert_mail',
    'insert into alert_mail (id, project_id, recipients, subject, text) values ($1, $2, $3, $4, $5)',
    [mail.id, mail.projectId, mail.recipients, mail.subject, mail.text],
  );
}

/** An e-mail that this process sends now. */
export type DueAlertMail = { id: string; recipients: string[]; subject: string; text: string; attempts: number };

/** Takes an e-mail that is due. If this process dies, another one takes it after the lease. */
export async function takeAlertMail(db: Pick<Db, 'run'>, leaseSeconds: number): Promise<DueAlertMail | null> {
  const rows = await db.run<DueAlertMail>(
    'take_alert_mail',
    `update alert_mail set next_at = now() + $1 * interval '1 s', attempts = attempts + 1 where id = (
       select id from alert_mail where next_at <= now() order by next_at limit 1 for update skip locked)
     returning id, recipients, subject, text, attempts`,
    [leaseSeconds],
  );
  return rows[0] ?? null;
}

export async function deleteAlertMail(db: Pick<Db, 'run'>, id: string): Promise<void> {
  await db.run('delete_alert_mail', 'delete from alert_mail where id = $1', [id]);
}

/** Deletes e-mails that nobody has sent for two days, because no process has an SMTP server. They tell of nothing new. */
export async function deleteOldAlertMails(db: Pick<Db, 'run'>): Promise<void> {
  await db.run('delete_old_alert_mails', `delete from alert_mail where next_at < now() - interval '2 days'`);
}

/** Sets when an e-mail that was refused is tried again. */
export async function delayAlertMail(db: Pick<Db, 'run'>, id: string, delaySeconds: number): Promise<void> {
  const sql = `update alert_mail set next_at = now() + $2 * interval '1 s' where id = $1`;
  await db.run('delay_alert_mail', sql, [id, delaySeconds]);
}
