import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** A proxy before Ringback, as there are: it counts the streams that come by, and can hold them back. */
export type Front = {
  url: string;
  /** Streams of changes that are open now, and how many there have been. */
  open: () => number;
  opened: () => number;
  /** Breaks off the streams there are, and keeps back the answers of new ones as a buffering proxy does. */
  holdStreams: () => void;
  letStreams: () => void;
  close: () => Promise<void>;
};

export async function startFront(target: string): Promise<Front> {
  const streams = new Set<ServerResponse>();
  let opened = 0;
  let held = false;

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const isStream = incoming.method === 'GET' && incoming.url?.startsWith('/api/live');
    if (isStream) {
      opened++;
      streams.add(outgoing);
      outgoing.once('close', () => streams.delete(outgoing));
      if (held) return;
    }
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  };
  const breakOff = () => {
    for (const stream of streams) stream.destroy();
  };

  const server = createServer(pass).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://${new URL(target).hostname}:${port}`,
    open: () => streams.size,
    opened: () => opened,
    holdStreams() {
      held = true;
      breakOff();
    },
    letStreams() {
      held = false;
      breakOff();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
