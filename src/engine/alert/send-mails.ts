import { alertLimits } from '#src/domain/limits.ts';
import type { Logs, Reads } from '#src/engine/deps.ts';
import { patiently } from '#src/engine/patiently.ts';
import { type DueAlertMail, delayAlertMail, deleteAlertMail, takeAlertMail } from '#src/store/alert/alert-mail-rows.ts';
import type { Mailer } from './mailer.ts';

/** The most e-mails of one call. */
const batch = 10;
/** Time after which another process sends an e-mail that a process has taken and not sent. Longer than an attempt should take. */
const leaseSeconds = 180;

/**
 * Sends the e-mails that are due, and returns their number. One that the server does not take is tried again for about a
 * day. One that was sent is sent again, under the same `Message-ID`, only if this process ends before it is noted, or if
 * the database is away for longer than the lease. Each is taken by itself, so that none waits for others in its lease.
 */
export async function sendAlertMails(
  deps: Reads & Logs,
  mailer: Mailer,
  stopped: () => boolean = () => false,
): Promise<number> {
  for (let count = 0; ; count++) {
    const mail = count < batch && !stopped() ? await takeAlertMail(deps.db, leaseSeconds) : null;
    if (mail === null) return count;
    if (await isSettled(mail, deps, mailer))
      await patiently(() => deleteAlertMail(deps.db, mail.id), { isOver: stopped });
  }
}

/** Sends an e-mail. Returns true if it was sent or is given up, and false if it is to be tried again. */
async function isSettled(mail: DueAlertMail, { db, log }: Reads & Logs, mailer: Mailer): Promise<boolean> {
  const { id, recipients: to, subject, text, attempts } = mail;
  try {
    await mailer.send({ id, to, subject, text });
    return true;
  } catch (err) {
    if (attempts >= alertLimits.mailAttempts) {
      log.error({ err, subject }, 'an e-mail about an alert was given up');
      return true;
    }
    log.warn({ err, subject, attempts }, 'an e-mail about an alert could not be sent; it is tried again');
    await delayAlertMail(db, id, Math.min(10 * 3 ** (attempts - 1), 4 * 3_600));
    return false;
  }
}
