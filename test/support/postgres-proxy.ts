import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type PostgresProxy = {
  /** URL of the database through the proxy. */
  url: string;
  /**
   * Commits the next transaction on a connection that has used the named statement, and loses its answer together with
   * the connection. Resolves when that has happened.
   */
  loseCommitAfter(statement: string): Promise<void>;
  /** Sends PostgreSQL's last words of a shutdown in one packet with the next answer, and closes that connection. */
  breakAfterNextAnswer(): Promise<void>;
  /** Stops all traffic in both directions until `resume`, also of connections that are made meanwhile. All stay. */
  freeze(): void;
  /** Drops what comes over the connections that are open now, from both sides and for good. Later ones are as usual. */
  forgetOpen(): void;
  resume(): void;
  /** Breaks all connections and refuses new ones until `resume`. */
  cut(): void;
  close(): Promise<void>;
};

const fields = ['SFATAL', 'C57P01', 'Mterminating connection due to unexpected postmaster exit'];
const said = Buffer.from(`${fields.join('\0')}\0\0`);
/** PostgreSQL's message E: its length, counted with itself, and the fields. */
const lastWords = Buffer.concat([Buffer.from('E'), Buffer.from(Uint32Array.of(said.length + 4).buffer).swap32(), said]);

type Link = { client: Socket; server: Socket; seen: string };

/**
 * Starts a TCP proxy in front of PostgreSQL. It fails where real networks and servers fail: between a commit and its
 * answer.
 */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const real = new URL(databaseUrl);
  const links = new Set<Link>();
  /** Both ends of them stay open, as with a network that has lost its memory of a connection. */
  const forgotten = new Set<Link>();
  let armed: { statement: string; done: () => void } | null = null;
  let breaking: (() => void) | null = null;
  let away = false;
  let frozen = false;

  const pause = ({ client, server: behind }: Link) => {
    client.pause();
    behind.pause();
  };
  const loseAnswer = (link: Link) => {
    link.server.removeAllListeners('data');
    let answers = '';
    link.server.on('data', (chunk) => {
      // What comes first may answer the statements before the commit, which a server that loses its client would then undo.
      answers += chunk.toString('latin1');
      if (!answers.includes('COMMIT\0')) return;
      link.client.resetAndDestroy();
      link.server.destroy();
      armed?.done();
      armed = null;
    });
  };

  const breakAfter = ({ client, server: behind }: Link) => {
    behind.removeAllListeners('data');
    behind.once('data', (answer) => {
      client.end(Buffer.concat([answer, lastWords]));
      behind.destroy();
      breaking?.();
      breaking = null;
    });
  };

  const server = createServer((client) => {
    if (away) return void client.destroy();
    const link: Link = { client, server: connect(Number(real.port), real.hostname), seen: '' };
    links.add(link);
    if (frozen) pause(link);
    link.server.on('data', (chunk) => client.write(chunk));
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      link.seen = (link.seen + text).slice(-4_000_000);
      if (armed && /Q....commit\0$/s.test(text) && link.seen.includes(`${armed.statement}\0`)) loseAnswer(link);
      if (breaking) breakAfter(link);
      if (/Q....(begin|commit|rollback)\0$/s.test(text)) link.seen = '';
      link.server.write(chunk);
    });
    for (const [socket, other] of [
      [client, link.server],
      [link.server, client],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => {
        links.delete(link);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const destroyAll = () => {
    for (const { client, server } of [...links, ...forgotten]) {
      client.destroy();
      server.destroy();
    }
  };

  return {
    url: url.href,
    loseCommitAfter: (statement) =>
      new Promise((done) => {
        armed = { statement, done };
      }),
    breakAfterNextAnswer: () =>
      new Promise((done) => {
        breaking = done;
      }),
    freeze() {
      frozen = true;
      for (const link of links) pause(link);
    },
    forgetOpen() {
      for (const link of links) {
        pause(link);
        links.delete(link);
        forgotten.add(link);
      }
    },
    resume() {
      away = false;
      frozen = false;
      for (const { client, server } of links) {
        client.resume();
        server.resume();
      }
    },
    cut() {
      away = true;
      destroyAll();
    },
    close: async () => {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
