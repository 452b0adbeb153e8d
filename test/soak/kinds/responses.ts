import { readServerSentEvents } from '#src/client/call/server-sent-events.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Findings } from '#test/soak/findings.ts';
import { addAsking, type Ledger } from '#test/soak/ledger.ts';
import { restCall, untilAnswered } from '#test/soak/rest-call.ts';
import type { AskedStack } from '#test/soak/soak-stack.ts';
import type { SoakTarget } from '#test/soak/soak-target.ts';
import { clientOf, type LoadScene, type Play, patience } from '#test/soak/submitting.ts';

/** Makes the API that the responses come from. */
export async function prepareResponses(scene: LoadScene): Promise<void> {
  await clientOf(scene).upstreams.create({
    name: 'model',
    baseUrl: `${scene.targetUrl}/model`,
    format: 'openai',
    default: true,
    retry: { '429,5xx': patience },
  });
}

type Made = { id: string };

/** Asks for a response in the background, with or without a stream, and for a webhook of its end in one of two shapes. */
export async function playResponse({ scene, tag }: Play): Promise<void> {
  const { chance, ledger } = scene;
  const asking = addAsking(ledger.responses, tag);
  const stream = chance() < 0.3;
  const told = chance();
  const call = {
    method: 'POST',
    headers: {
      'idempotency-key': tag,
      ...(told < 0.6 ? { 'ringback-callback': told < 0.3 ? 'named' : 'models' } : {}),
    },
    json: { model: 'm', input: tag, background: true, ...(stream ? { stream } : {}) },
  };
  // What got no answer is asked again, under the same key.
  const ask = async () => {
    const response = await restCall(scene, '/v1/responses', call);
    return stream ? firstResponse(response) : ((await response.json()) as Made);
  };
  const { id } = await untilAnswered(ask, 4);
  asking.ids.add(id);
  if (chance() < 0.3) asking.ids.add((await untilAnswered(ask, 4)).id);
}

/** Reads the events of a response until one names it, and leaves. */
async function firstResponse(response: Response): Promise<Made> {
  if (response.body !== null)
    for await (const { type, data } of readServerSentEvents(response.body))
      if (type === 'response.created' && data !== undefined) return (JSON.parse(data) as { response: Made }).response;
  throw new TypeError('the stream ended before it began');
}

type CallRow = { id: string; state: string; input: string; lost: boolean; told: boolean; wants: boolean };

const callsSql = `select j.id, j.state, coalesce(j.error ->> 'code' = 'worker_lost', false) as lost, j.idempotency_key as input,
    exists (select 1 from delivery d where d.job_id = j.id and d.terminal) as told, q.callback is not null as wants
  from job j join job_request q on q.job_id = j.id where j.gateway is not null`;

type Scene = { stack: AskedStack; ledger: Ledger; target: SoakTarget };

/** Reads every response that was accepted: it must have ended, with a text that the API has sent for it. */
export async function checkResponses({ stack, ledger, target }: Scene): Promise<Findings> {
  const rows = await stack.query<CallRow>(callsSql);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const askings = [...ledger.responses.values()];
  const missing = askings.filter(({ ids }) => [...ids].some((id) => !byId.has(parseId('resp', id) ?? '')));
  const wrong: string[] = [];
  for (const row of rows) {
    const differs = await wrongResponse(row, stack, target);
    if (differs !== null) wrong.push(`${row.input}: ${differs}`);
  }
  return {
    'model responses lost or stuck': [
      ...missing.map(({ tag }) => tag),
      ...rows.filter(({ state }) => !ended.includes(state)).map(({ input, state }) => `${input} ${state}`),
    ],
    'calls that became two model responses': [
      ...askings.filter(({ ids }) => ids.size > 1).map(({ tag }) => tag),
      ...[...Map.groupBy(rows, ({ input }) => input)].filter(([, all]) => all.length > 1).map(([tag]) => tag),
    ],
    'model responses with a wrong end': wrong,
  };
}

const ended = ['completed', 'failed', 'cancelled'];

async function wrongResponse(row: CallRow, stack: AskedStack, target: SoakTarget): Promise<string | null> {
  if (!ended.includes(row.state)) return null;
  if (row.wants && !row.told) return 'nobody was told of its end';
  const where = { url: stack.url, apiKey: stack.credentials.apiKey };
  const response = await restCall(where, `/v1/responses/${formatId('resp', row.id)}`);
  const { status, output, error } = (await response.json()) as {
    status: string;
    error?: { code: string; message: string } | null;
    output?: { content?: { text?: string }[] }[];
  };
  if (status !== 'completed') return row.lost ? null : `it is ${status}: ${error?.code} ${error?.message}`;
  const text = output?.[0]?.content?.[0]?.text ?? '';
  return target.texts.get(row.input)?.has(text) ? null : `it says ${text}`;
}
