import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type ExampleModules,
  fences,
  readGuide,
  startExampleModules,
} from '#test/integration/client/move/page-examples.ts';
import { scriptedResponse } from '#test/support/response-script.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const run = promisify(execFile);
let server: TestRingback;
let api: Server;
let modules: ExampleModules;
let asked: Record<string, unknown>[] = [];

/** A model that asks for the tool of the guide, and answers when it has its result. */
function outputFor(body: Record<string, unknown>) {
  if (JSON.stringify(body.input).includes('function_call_output')) {
    const content = [{ type: 'output_text', text: 'Take a coat.', annotations: [] }];
    return { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content };
  }
  const call = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' };
  return { id: 'fc_1', status: 'completed', ...call };
}

function eventsOf(item: object): string {
  const events: { type: string }[] = [
    { type: 'response.created', ...{ response: scriptedResponse('resp_api', 'in_progress', []) } },
    { type: 'response.output_item.added', ...{ output_index: 0, item } },
    { type: 'response.output_item.done', ...{ output_index: 0, item } },
    { type: 'response.completed', ...{ response: scriptedResponse('resp_api', 'completed', [{ ...item }]) } },
  ];
  return events
    .map((event, at) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at })}\n\n`)
    .join('');
}

beforeAll(async () => {
  api = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    asked.push(body);
    const json = { 'content-type': 'application/json' };
    if (JSON.stringify(body.input).includes('FAIL'))
      return void response.writeHead(400, json).end('{"error":{"message":"no","code":"bad"}}');
    const item = outputFor(body);
    if (body.stream) return void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventsOf(item));
    response.writeHead(200, json).end(JSON.stringify(scriptedResponse('resp_api', 'completed', [item])));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  [server, modules] = await Promise.all([startRingback(), startExampleModules()]);
  const baseUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  await server.call('upstreams.create', { name: 'main', baseUrl, format: 'openai', default: true });
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await Promise.all([server.close(), modules.close()]);
  api.closeAllConnections();
  api.close();
});

/** Runs the agent of the guide in a process of its own, and returns what it printed. */
async function runAgent(changes: Record<string, string> = {}): Promise<string> {
  const found = fences(readGuide('docs/openai-agents.md')).find(({ code }) => code.startsWith('// agent.ts\n'));
  const file = await modules.write('agent.ts', found?.code ?? expect.unreachable('the guide has no agent'), changes);
  const env = { ...process.env, RINGBACK_URL: server.url, RINGBACK_API_KEY: server.credentials.apiKey };
  const { stdout } = await run(process.execPath, [file], { env });
  return stdout;
}

const backgrounds = async () => {
  const { rows } = await server.db.pool.query<{ background: boolean }>(
    `select (asked ->> 'background')::bool as background from model_call order by job_id desc limit 2`,
  );
  return rows.map(({ background }) => background);
};

it('the agent of the guide calls its tool, and has its responses made in the background', async () => {
  expect(await runAgent()).toBe('Take a coat.\n');
  expect(asked).toHaveLength(2);
  expect(asked[0]).not.toHaveProperty('background');
  expect(JSON.stringify(asked[1]?.input)).toContain('It rains in Rome.');
  expect(await backgrounds()).toEqual([true, true]);
}, 60_000);

it('streams in the background with the setting that the guide names', async () => {
  const printed = await runAgent({
    'tools: [weather] }': 'tools: [weather], modelSettings: { providerData: { background: true } } }',
    "await run(agent, 'I go to Rome.');":
      "await run(agent, 'I go to Rome.', { stream: true }).then(async (result) => (await result.completed, result));",
  });
  expect(printed).toBe('Take a coat.\n');
  expect(asked.map(({ stream }) => stream)).toEqual([true, true]);
  expect(await backgrounds()).toEqual([true, true]);
}, 60_000);

it('fails when the response has failed', async () => {
  await expect(runAgent({ 'I go to Rome.': 'FAIL' })).rejects.toMatchObject({ code: 1 });
  expect(asked).toHaveLength(1);
}, 60_000);
