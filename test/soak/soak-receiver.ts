import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CallbackVerificationError, verifyCallback } from '#src/client/index.ts';
import { chanceOf, pick } from './chance.ts';
import { type SwitchServer, startSwitchServer } from './switch-server.ts';

/** What a receiver saw of one event. */
export type SeenEvent = {
  path: string;
  webhookId: string;
  type: string;
  jobId: string;
  print: string;
  requests: number;
  /** Requests that were answered with 2xx to the end. */
  confirmed: number;
};

export type SoakReceiver = SwitchServer & {
  /** By path and `webhook-id`. */
  events: Map<string, SeenEvent>;
  /** Secrets that sign what comes to a path. */
  secrets: Map<string, string>;
  /** Webhooks that were not signed, or came with other bytes under the same id. */
  wrong: string[];
};

const plays = { 204: 80, 500: 6, 429: 2, reset: 4, cut: 4, slow: 4 } as const;

/** Starts a receiver that verifies what comes, and answers at random, by seed, event and number of the request. */
export async function startSoakReceiver(seed: number, host?: string): Promise<SoakReceiver> {
  const events: SoakReceiver['events'] = new Map();
  const secrets: SoakReceiver['secrets'] = new Map();
  const wrong: string[] = [];

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = request.url ?? '/';
    const { headers } = request;
    try {
      await verifyCallback({ headers, body } as never, secrets.get(path) ?? '');
    } catch (error) {
      if (!(error instanceof CallbackVerificationError)) throw error;
      wrong.push(`a webhook to ${path} was not verified: ${error.code}`);
      return void response.writeHead(401).end();
    }
    const webhookId = String(headers['webhook-id']);
    const key = `${path} ${webhookId}`;
    const print = createHash('sha256').update(body).digest('base64');
    const { type, data } = JSON.parse(body.toString()) as { type: string; data: { id?: string } };
    const event = events.get(key) ?? { path, webhookId, type, jobId: data.id ?? '', print, requests: 0, confirmed: 0 };
    events.set(key, event);
    event.requests += 1;
    if (event.print !== print) wrong.push(`${webhookId} came to ${path} with other bytes than before`);
    response.on('finish', () => {
      if (response.statusCode === 204) event.confirmed += 1;
    });
    const number = chanceOf(seed, `${key} ${event.requests}`);
    reply(pick(number, plays), request, response, number);
  }

  const server = await startSwitchServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  }, host);
  return { ...server, events, secrets, wrong };
}

function reply(play: string, request: IncomingMessage, response: ServerResponse, number: number): void {
  if (play === 'reset') return void request.socket.resetAndDestroy();
  // Half a head: the sender cannot know the status.
  if (play === 'cut') return void request.socket.end('HTTP/1.1 20');
  const status = play === 'slow' ? 204 : Number(play);
  const headers = status === 429 ? { 'retry-after': '1' } : {};
  const send = () => void (response.destroyed || response.writeHead(status, headers).end());
  if (play === 'slow') setTimeout(send, 500 + number * 3_000);
  else send();
}
