import { randomUUID } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { serve } from '#src/client/index.ts';
import { parseId } from '#src/domain/text/id.ts';
import type { Findings } from '#test/soak/findings.ts';
import { addAsking, addEntry, type Ledger } from '#test/soak/ledger.ts';
import type { AskedStack } from '#test/soak/soak-stack.ts';
import { limited, type Play, patience } from '#test/soak/submitting.ts';
import { type SwitchServer, startSwitchServer } from '#test/soak/switch-server.ts';

/** The requests of a run. The first two are made at once. */
const parts = ['first', 'second', 'last'] as const;

type Payload = { tag: string };
type Echo = { tag: string; echo: string };
type Result = { first: Echo; second: Echo; made: string; last: Echo };

export type SoakApp = SwitchServer & {
  /** Tells the app where Ringback is and what it may ask. */
  connect(to: { url: string; apiKey: string; targetUrl: string; ledger: Ledger }): void;
};

/** Starts an app with a route of `serve`. It notes what the work of its step has made, and what its entries were given. */
export async function startSoakApp(host?: string): Promise<SoakApp> {
  let route: ((request: Request) => Promise<Response>) | undefined;
  const listen = getRequestListener((request) => route?.(request) ?? new Response(null, { status: 503 }));
  const server = await startSwitchServer((request, response) => void listen(request, response), host);
  return {
    ...server,
    connect({ url, apiKey, targetUrl, ledger }) {
      const rules = { retry: { '429,5xx': patience }, connectionError: { retry: patience } };
      route = serve<Payload, Result>(
        async ({ tag }, io) => {
          const to = (part: string) => `${targetUrl}/step/${tag}-${part}`;
          const [first, second] = await Promise.all([
            io.backgroundFetch<Echo>('first', to('first'), { method: 'POST', body: 'one' }, rules),
            io
              .fetch(to('second'), { method: 'POST', body: 'two', ringback: rules })
              .then(async (response) => (await response.json()) as Echo),
          ]);
          const works = ledger.works.get(tag) ?? { made: [], given: new Set() };
          ledger.works.set(tag, works);
          const made = await io.step('work', () => {
            const value = randomUUID();
            works.made.push(value);
            return value;
          });
          works.given.add(made);
          await io.sleep(1);
          const last = await io.backgroundFetch<Echo>('last', to('last'), { method: 'POST', body: made }, rules);
          return { first, second, made, last };
        },
        { url, apiKey, retries: 10 },
      );
    },
  };
}

/** Starts a run. Its requests are jobs that nobody else asks for. */
export async function playRun({ scene, client, tag }: Play): Promise<void> {
  const asking = addAsking(scene.ledger.runs, tag);
  for (const part of parts) addEntry(scene.ledger, `${tag}-${part}`, { method: 'POST' });
  const { id } = await client.start(`${scene.appUrl}/run`, { tag }, { ...limited(), idempotencyKey: tag });
  asking.ids.add(id);
}

type RunRow = {
  id: string;
  state: string;
  result: string | null;
  error: { code: string; message: string } | null;
  tag: string;
  /** A job of the run failed because three workers died with it. */
  lost: boolean;
};

const runsSql = `select id, state, result, error, idempotency_key as tag,
    exists (select 1 from job j where j.run_id = r.id and j.error ->> 'code' = 'worker_lost') as lost
  from run r`;

/** Checks that every run has ended with the right result, and that its work counted once. */
export async function checkRuns({ stack, ledger }: { stack: AskedStack; ledger: Ledger }): Promise<Findings> {
  const rows = await stack.query<RunRow>(runsSql);
  const byTag = Map.groupBy(rows, ({ tag }) => tag);
  const stored = new Set(rows.map(({ id }) => id));
  const open = rows.filter(({ state }) => state === 'running' || state === 'waiting');
  const askings = [...ledger.runs.values()];
  return {
    'runs lost or stuck': [
      ...askings
        .filter(({ ids }) => [...ids].some((id) => !stored.has(parseId('run', id) ?? '')))
        .map(({ tag }) => tag),
      ...open.map(({ tag, state }) => `${tag} ${state}`),
    ],
    'starts that became two runs': [
      ...askings.filter(({ ids }) => ids.size > 1).map(({ tag }) => tag),
      ...[...byTag].filter(([, all]) => all.length > 1).map(([tag]) => tag),
    ],
    'runs with a wrong end': rows.filter((row) => !open.includes(row)).flatMap((row) => wrongEnd(row, ledger)),
    'steps of runs with two results': [...ledger.works]
      .filter(([, { made, given }]) => given.size > 1 || [...given].some((one) => !made.includes(one)))
      .map(([tag, { made, given }]) => `${tag}: made ${made.join(' ')}, given ${[...given].join(' ')}`),
  };
}

function wrongEnd({ tag, state, result, error, lost }: RunRow, ledger: Ledger): string[] {
  if (state !== 'completed') return lost ? [] : [`${tag} ${state}: ${error?.code} ${error?.message}`];
  const { first, second, made, last } = JSON.parse(result ?? '{}') as Partial<Result>;
  const isRight =
    isEcho(first, `${tag}-first`, 'one') &&
    isEcho(second, `${tag}-second`, 'two') &&
    isEcho(last, `${tag}-last`, made) &&
    made !== undefined &&
    ledger.works.get(tag)?.made.includes(made) === true;
  return isRight ? [] : [`${tag} ended with ${result}`];
}

const isEcho = (echo: Echo | undefined, tag: string, body: string | undefined) =>
  echo?.tag === tag && echo.echo === body;
