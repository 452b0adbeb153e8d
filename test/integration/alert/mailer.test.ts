import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeMailer } from '#src/engine/alert/mailer.ts';
import { type SmtpServer, startSmtpServer } from '#test/support/smtp-server.ts';

let smtp: SmtpServer;
beforeAll(async () => {
  smtp = await startSmtpServer();
});
afterAll(() => smtp.close());

const mail = { id: 'some-id', to: ['ops@example.com'], subject: 'Grüße', text: 'a line\n.\nanother' };

it('an e-mail has its id as Message-ID, and comes as it was written', async () => {
  const mailer = makeMailer({ smtpUrl: smtp.url, mailFrom: 'Ringback <alerts@ringback.test>' });
  await mailer?.send(mail);
  const data = smtp.mails[0]?.data ?? '';
  expect(data).toContain('Message-ID: <some-id@ringback.test>');
  expect(data).toContain('From: Ringback <alerts@ringback.test>');
  // A line with a dot alone would end the e-mail, so it is sent with two.
  expect(data).toMatch(/a line\r\n\.\.\r\nanother/);
});

it('a password is not sent to a server elsewhere that has no TLS', async () => {
  // An address that does not look like this machine, and leads to it.
  const elsewhere = smtp.url.replace('127.0.0.1', '[::ffff:127.0.0.1]');
  const mailer = makeMailer({ smtpUrl: elsewhere, mailFrom: 'alerts@ringback.test' });
  smtp.said.length = 0;
  await expect(mailer?.send(mail)).rejects.toThrow(/STARTTLS|TLS/);
  expect(smtp.said.length).toBeGreaterThan(0);
  expect(smtp.said.filter((line) => line.startsWith('AUTH'))).toEqual([]);
  const local = makeMailer({ smtpUrl: smtp.url, mailFrom: 'alerts@ringback.test' });
  await local?.send(mail);
  expect(smtp.said.filter((line) => line.startsWith('AUTH'))).toHaveLength(1);
});

it('without both settings there is no mailer', () => {
  expect(makeMailer({ smtpUrl: undefined, mailFrom: undefined })).toBeNull();
  expect(makeMailer({ smtpUrl: smtp.url, mailFrom: undefined })).toBeNull();
});
