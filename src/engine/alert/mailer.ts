import { parseSmtpUrl } from '#src/domain/alert/smtp-url.ts';

/** An e-mail as it is handed to the server that sends it. `id` makes its `Message-ID`, the same at every attempt. */
export type Mail = { id: string; to: readonly string[]; subject: string; text: string };

/** Sends e-mails over the operator's SMTP server. */
export type Mailer = { send(mail: Mail): Promise<void> };

/** Settings of that server. */
export type SmtpSettings = { smtpUrl: string | undefined; mailFrom: string | undefined };

const timeoutMs = 20_000;

/**
 * Returns the sender of e-mails; null if no SMTP server is set. A password goes out only over TLS, unless the server is on
 * this machine.
 */
export function makeMailer({ smtpUrl, mailFrom }: SmtpSettings): Mailer | null {
  if (smtpUrl === undefined || mailFrom === undefined) return null;
  const server = parseSmtpUrl(smtpUrl);
  if (server === null) throw new TypeError('the URL of the SMTP server cannot be read');
  const { host, port, secure, auth } = server;
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  const options = {
    host,
    port,
    secure,
    requireTLS: !secure && auth !== null && !isHere,
    ignoreTLS: !secure && isHere,
    ...(auth === null ? {} : { auth }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return {
    async send({ id, to, subject, text }) {
      // The library is loaded when there is something to send: most servers never need it.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(options);
      try {
        const messageId = `<${id}@${mailFrom.split('@').at(-1)?.replace(/>$/, '') ?? 'ringback'}>`;
        await transport.sendMail({ from: mailFrom, to: [...to], subject, text, messageId });
      } finally {
        transport.close();
      }
    },
  };
}
