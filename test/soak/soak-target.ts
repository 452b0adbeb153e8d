import type { IncomingMessage, ServerResponse } from 'node:http';
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
};

/** Lanes of the target, the first part of the path, with how often each answer is given. */
const lanes = {
  plain: { ok: 74, 500: 6, 503: 6, cut: 3, reset: 3, slow: 6, 404: 2 },
  slow: { slow: 1 },
  limited: { ok: 85, 429: 15 },
  narrow: { held: 9, 503: 1 },
  metered: { ok: 1 },
  secret: { ok: 8, 503: 2 },
} as const;
export type Lane = keyof typeof lanes;

/** Starts a target that answers at random, by seed, job and number of the request. */
export async function startSoakTarget(seed: number): Promise<SoakTarget> {
  const seen: SoakTarget['seen'] = new Map();
  const most: SoakTarget['most'] = new Map();
  const arrivals: number[] = [];
  const open = new Map<string, number>();
  const server = await startSwitchServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://target');
    const [, name = '', tag = ''] = pathname.split('/');
    const lane = (name in lanes ? name : 'plain') as Lane;
    const one = seen.get(tag) ?? { requests: 0, accepted: 0 };
    one.requests += 1;
    seen.set(tag, one);
    if (lane === 'metered') arrivals.push(performance.now());
    const now = (open.get(lane) ?? 0) + 1;
    open.set(lane, now);
    most.set(lane, Math.max(most.get(lane) ?? 0, now));
    response.on('close', () => open.set(lane, (open.get(lane) ?? 1) - 1));
    response.on('finish', () => {
      if (response.statusCode === 200) one.accepted += 1;
    });
    const number = chanceOf(seed, `${tag} ${one.requests}`);
    request.resume();
    request.on('error', () => {});
    request.on('end', () => answer(pick(number, lanes[lane]), { request, response, number }));
  });
  return { ...server, seen, most, arrivals };
}

type Scene = { request: IncomingMessage; response: ServerResponse; number: number };

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
