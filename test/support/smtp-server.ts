import { type AddressInfo, createServer, type Socket } from 'node:net';

/** An e-mail as it came: its envelope, and its text as it was sent. */
export type ReceivedMail = { from: string; to: string[]; data: string };

export type SmtpServer = {
  /** For RINGBACK_SMTP_URL. */
  url: string;
  mails: ReceivedMail[];
  /** Every command of every connection. */
  said: string[];
  /** Sets how many of the next e-mails are refused for now. */
  refuseNext(count: number): void;
  close(): Promise<void>;
};

/** Starts an SMTP server (RFC 5321) on loopback that keeps what it gets. It knows no TLS and takes any user. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const said: string[] = [];
  const sockets = new Set<Socket>();
  let refusals = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let mail: ReceivedMail = { from: '', to: [], data: '' };
    let inData = false;
    let unread = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    const command = (line: string) => {
      said.push(line);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') say('250-test\r\n250 AUTH PLAIN LOGIN');
      else if (verb === 'AUTH') say('235 welcome');
      else if (verb === 'MAIL') {
        mail = { from: addressIn(line), to: [], data: '' };
        if (refusals === 0) return say('250 fine');
        refusals -= 1;
        return say('451 not now');
      } else if (verb === 'RCPT') {
        mail.to.push(addressIn(line));
        say('250 fine');
      } else if (verb === 'DATA') {
        inData = true;
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else say(verb === 'RSET' || verb === 'NOOP' ? '250 fine' : '502 not known here');
      return true;
    };
    say('220 test');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      unread += chunk;
      for (;;) {
        const end = unread.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const part = unread.slice(0, end);
        unread = unread.slice(end + (inData ? 5 : 2));
        if (!inData) command(part);
        else {
          inData = false;
          mails.push({ ...mail, data: part });
          say('250 taken');
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://user:smtp-pass-word@127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    said,
    refuseNext(count) {
      refusals = count;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
