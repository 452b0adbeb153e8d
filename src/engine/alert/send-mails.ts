import { alertLimits } from '#src/domain/limits.ts';
import type { Logs, Reads } from '#src/engine/deps.ts';
import {
  type DueAlertMail,
  delayAlertMail,
  deleteAlertMail,
  takeAlertMails,
} from '#src/store/alert/alert-mail-rows.ts';
import type { Mailer } from './mailer.ts';

const batch = 10;
/** Time after which another process sends an e-mail that a process has taken and not sent. Longer than an attempt may take. */
const leaseSeconds = 180;

/**
 * Sends the e-mails that are due. One that the server does not take is tried again for about a day. If this process dies
 * between sending and noting it, the e-mail is sent twice, under the same `Message-ID`.
 */
export async function sendAlertMails(deps: Reads & Logs, mailer: Mailer): Promise<number> {
  const mails = await takeAlertMails(deps.db, batch, leaseSeconds);
  for (const mail of mails) await sendOne(mail, deps, mailer);
  return mails.length;
}

async function sendOne(mail: DueAlertMail, { db, log }: Reads & Logs, mailer: Mailer): Promise<void> {
  const { id, recipients: to, subject, text, attempts } = mail;
  try {
    await mailer.send({ id, to, subject, text });
    await deleteAlertMail(db, id);
  } catch (err) {
    if (attempts >= alertLimits.mailAttempts) {
      log.error({ err, subject }, 'an e-mail about an alert was given up');
      await deleteAlertMail(db, id);
      return;
    }
    log.warn({ err, subject, attempts }, 'an e-mail about an alert could not be sent; it is tried again');
    await delayAlertMail(db, id, Math.min(10 * 3 ** (attempts - 1), 4 * 3_600));
  }
}
