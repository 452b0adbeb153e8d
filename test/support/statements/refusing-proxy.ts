import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { featuresOf } from './sql-features.ts';

export type RefusingProxy = Readonly<{
  /** URL of the database through the proxy. */
  url: string;
  /** Statements that were refused: the feature, and what it stood in. */
  refused: ReadonlyMap<string, ReadonlySet<string>>;
  /** All features of the statements that came, those of libraries too. */
  seen: ReadonlySet<string>;
  /**
   * Refuses statements from now on. Before that, all come through. Open connections break, because statements are prepared
   * on them.
   */
  begin(): void;
  close(): Promise<void>;
}>;

/**
 * Starts a proxy in front of PostgreSQL that makes it refuse statements with certain features, as a database without them
 * does: while it parses the statement, so a transaction fails by it. In place of such a statement the server gets one that
 * calls a function which nobody has made, with the feature in its name.
 *
 * @param refuses returns the feature for which a statement is refused; undefined: it is not
 */
export async function startRefusingProxy(
  databaseUrl: string,
  refuses: (features: ReadonlySet<string>, text: string) => string | undefined,
): Promise<RefusingProxy> {
  const real = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const refused = new Map<string, Set<string>>();
  const seen = new Set<string>();

  let begun = false;
  const known = new Map<string, Set<string>>();

  const judge = (text: string, name: string): string => {
    const features = known.get(text) ?? featuresOf(text);
    known.set(text, features);
    for (const feature of features) seen.add(feature);
    const feature = begun ? refuses(features, text) : undefined;
    if (feature === undefined) return text;
    refused.set(feature, (refused.get(feature) ?? new Set()).add(name || text.replaceAll(/\s+/g, ' ').slice(0, 80)));
    return `select "refused: ${feature}"()`;
  };

  const server = createServer((client) => {
    const behind = connect(Number(real.port), real.hostname);
    const read = makeMessageReader((message) => behind.write(message), judge);
    client.on('data', read);
    behind.on('data', (chunk) => client.write(chunk));
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    ...{ url: url.href, refused, seen },
    begin() {
      begun = true;
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Cuts what a client sends into messages of PostgreSQL's protocol, and puts the judged text into those that hold SQL. */
function makeMessageReader(
  write: (message: Buffer) => void,
  judge: (text: string, name: string) => string,
): (chunk: Buffer) => void {
  let waiting = Buffer.alloc(0);
  let started = false;
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      // The first message of a connection has no letter before its length.
      const head = started ? 1 : 0;
      if (waiting.length < head + 4) return;
      const length = head + waiting.readInt32BE(head);
      if (waiting.length < length) return;
      const message = waiting.subarray(0, length);
      waiting = waiting.subarray(length);
      write(started ? judged(message, judge) : message);
      started = true;
    }
  };
}

function judged(message: Buffer, judge: (text: string, name: string) => string): Buffer {
  const type = String.fromCharCode(message[0] ?? 0);
  if (type !== 'Q' && type !== 'P') return message;
  const nameEnd = type === 'P' ? message.indexOf(0, 5) : 4;
  const name = type === 'P' ? message.toString('utf8', 5, nameEnd) : '';
  const textEnd = message.indexOf(0, nameEnd + 1);
  const text = message.toString('utf8', nameEnd + 1, textEnd);
  const given = judge(text, name);
  if (given === text) return message;
  // The types of parameters that follow the text stay: PostgreSQL allows more of them than a text uses.
  const rest = Buffer.concat([
    message.subarray(5, Math.max(5, nameEnd + 1)),
    Buffer.from(`${given}\0`),
    message.subarray(textEnd + 1),
  ]);
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(rest.length + 4, 1);
  return Buffer.concat([head, rest]);
}
