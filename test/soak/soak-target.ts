import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { responseScript } from '#test/support/response-script.ts';
import { chanceOf, pick } from './chance.ts';
import { type SwitchServer, startSwitchServer } from './switch-server.ts';

/** What the target saw of one job. */
export type Seen = { requests: number; accepted: number };

export type SoakTarget = SwitchServer & {
  /** By the job's tag. */
  seen: Map<string, Seen>;
  /** The most requests of a lane that were open at once. */
  most: Map<string, number>;
  /** Times of the requests of the lane `metered`, in milliseconds of `performance.now`. */
  arrivals: number[];
  /** Number of events that a request of the lane `stream` is answered with in all, by tag and number of the request. */
  streamed: Map<string, number>;
  /** Texts that the model has said, by the input. */
  texts: Map<string, Set<string>>;
};

/** Requests of the lane `flaky` that are refused, before any is accepted. */
export const flakyRefusals = 5;

/** Lanes of the target, the first part of the path, with how often each answer is given. */
const lanes = {
  plain: { ok: 74, 500: 6, 503: 6, cut: 3, reset: 3, slow: 6, 404: 2 },
  slow: { slow: 1 },
  limited: { ok: 85, 429: 15 },
  narrow: { held: 9, 503: 1 },
  metered: { ok: 1 },
  secret: { ok: 8, 503: 2 },
  flaky: { ok: 1 },
  stream: { ok: 17, 503: 1, cut: 2 },
  step: { ok: 8, 503: 1, reset: 1 },
  model: { ok: 15, 503: 2, cut: 2, reset: 1, slow: 2 },
} as const;
export type Lane = keyof typeof lanes;

/** Starts a target that answers at random, by seed, job and number of the request. */
export async function startSoakTarget(seed: number, host?: string): Promise<SoakTarget> {
  const seen: SoakTarget['seen'] = new Map();
  const most: SoakTarget['most'] = new Map();
  const arrivals: number[] = [];
  const streamed: SoakTarget['streamed'] = new Map();
  const texts: SoakTarget['texts'] = new Map();
  const open = new Map<string, number>();

  function noteOpen(lane: Lane, response: ServerResponse): void {
    const now = (open.get(lane) ?? 0) + 1;
    open.set(lane, now);
    most.set(lane, Math.max(most.get(lane) ?? 0, now));
    response.on('close', () => open.set(lane, (open.get(lane) ?? 1) - 1));
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://target');
    const [, name = '', last = ''] = pathname.split('/');
    const lane = (name in lanes ? name : 'plain') as Lane;
    if (lane === 'metered') arrivals.push(performance.now());
    // What a killed worker left in the system's buffers is read together with its end, and was not open at once with others.
    setImmediate(() => {
      if (!response.closed && !request.socket.destroyed) noteOpen(lane, response);
    });
    // The model is told by the body what it is asked. Only then is the request known.
    const early = lane === 'model' ? undefined : count(last, response);
    const body = await bodyOf(request);
    const asked = lane === 'model' ? (JSON.parse(body) as { input: string; stream?: boolean }) : undefined;
    const tag = asked?.input ?? last;
    const one = early ?? count(tag, response);
    const number = chanceOf(seed, `${tag} ${one.requests}`);
    const play = lane === 'flaky' && one.requests <= flakyRefusals ? '503' : pick(number, lanes[lane]);
    const scene = { request, response, number, tag, body, count: one.requests };
    if (lane === 'stream' && (play === 'ok' || play === 'cut')) return stream(scene, play === 'cut', streamed);
    if (asked !== undefined && (play === 'ok' || play === 'slow' || play === 'cut'))
      return sayText(scene, { play, asStream: asked.stream === true, texts });
    if (lane === 'step' && play === 'ok') return void response.end(JSON.stringify({ tag, echo: body }));
    answer(play, scene);
  }

  function count(tag: string, response: ServerResponse): Seen {
    const one = seen.get(tag) ?? { requests: 0, accepted: 0 };
    one.requests += 1;
    seen.set(tag, one);
    response.on('finish', () => {
      if (response.statusCode === 200) one.accepted += 1;
    });
    return one;
  }

  const server = await startSwitchServer((request, response) => {
    request.on('error', () => {});
    take(request, response).catch(() => response.destroy());
  }, host);
  return { ...server, seen, most, arrivals, streamed, texts };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

type Scene = {
  request: IncomingMessage;
  response: ServerResponse;
  number: number;
  tag: string;
  body: string;
  /** Which request of the tag it is. */
  count: number;
};

/** Answers with events that tell which they are, some with a name, in pieces that do not end where an event does. */
async function stream(scene: Scene, isCut: boolean, streamed: SoakTarget['streamed']): Promise<void> {
  const { request, response, number, tag, count } = scene;
  const length = 8 + Math.floor(number * 40);
  streamed.set(`${tag} ${count}`, length);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = Array.from({ length }, (_, index) => {
    const data = JSON.stringify({ tag, request: count, index });
    return index % 3 === 0 ? `event: third\ndata: ${data}\n\n` : `data: ${data}\n\n`;
  });
  const text = events.slice(0, isCut ? length / 2 : length).join('');
  const piece = 40 + Math.floor(number * 200);
  for (let at = 0; at < text.length; at += piece) {
    if (response.destroyed) return;
    response.write(text.slice(at, at + piece));
    await pause(10 + number * 30);
  }
  if (isCut) request.socket.destroy();
  else response.end();
}

/** Answers as a model does, with a text that tells which request it belongs to. */
async function sayText(
  { request, response, number, tag, count }: Scene,
  { play, asStream, texts }: { play: string; asStream: boolean; texts: SoakTarget['texts'] },
): Promise<void> {
  const words = ['answer ', `${count} `, 'to ', tag];
  texts.set(tag, (texts.get(tag) ?? new Set()).add(words.join('')));
  const { begin, end } = responseScript(words, count);
  const lines = (data: string[]) =>
    data.map((line) => `event: ${(JSON.parse(line) as { type: string }).type}\ndata: ${line}\n\n`).join('');
  if (asStream) response.writeHead(200, { 'content-type': 'text/event-stream' }).write(lines(begin));
  if (play === 'slow') await pause(500 + number * 2_000);
  if (response.destroyed) return;
  if (play === 'cut') {
    if (!asStream) response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":');
    return void setTimeout(() => request.socket.destroy(), 10);
  }
  if (asStream) return void response.end(lines(end));
  const { response: whole } = JSON.parse(end.at(-1) ?? '{}') as { response: object };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
}

function answer(play: string, { request, response, number }: Scene): void {
  if (play === 'reset') return void request.socket.resetAndDestroy();
  if (play === 'cut') {
    response.writeHead(200, { 'content-length': '100' }).write('the beginning');
    return void setTimeout(() => request.socket.destroy(), 10);
  }
  const status = Number(play) || 200;
  // Values of secret headers are masked where a response header repeats them.
  const echo = request.headers.authorization;
  const headers = { ...(echo ? { 'x-echo': echo } : {}), ...(status === 429 ? { 'retry-after': '1' } : {}) };
  const send = () => void (response.destroyed || response.writeHead(status, headers).end(JSON.stringify({ status })));
  const waitMs = play === 'slow' ? 500 + number * 3_000 : play === 'held' ? 50 + number * 100 : 0;
  if (waitMs === 0) send();
  else setTimeout(send, waitMs);
}
