import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A request as the provider got it. `text` is the prompt, or the input of an embedding or of speech. */
export type ProviderRequest = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  text: string;
};

/** A server that answers like OpenAI's and Anthropic's APIs. */
export type ModelProvider = {
  url: string;
  requests: ProviderRequest[];
  /** Returns the number of requests with this text. */
  hits(text: string): number;
  /** Returns the most requests that were under way at once. */
  mostAtOnce(): number;
  close(): Promise<void>;
};

type Reply = { status?: number; headers?: Record<string, string>; json?: unknown; body?: Buffer | string };
type Json = Record<string, unknown>;

/**
 * Starts a provider that does what the prompt says: `status=429` is answered with that status, at every request;
 * `first=500` only at the first one; `slow=2000` waits; `gzip` encodes the answer.
 */
export async function startModelProvider(): Promise<ModelProvider> {
  const requests: ProviderRequest[] = [];
  const hits = new Map<string, number>();
  let underWay = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++underWay);
    response.on('close', () => underWay--);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { pathname } = new URL(request.url ?? '/', 'http://provider');
    const input = request.headers['content-type']?.includes('json')
      ? (JSON.parse(body.toString() || '{}') as Json)
      : {};
    const text = promptOf(input) ?? pathname;
    requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body, text });
    const hit = (hits.get(text) ?? 0) + 1;
    hits.set(text, hit);
    const slow = /slow=(\d+)/.exec(text)?.[1];
    if (slow !== undefined) await new Promise((resolve) => setTimeout(resolve, Number(slow)));
    send(response, failure(text, hit, pathname) ?? replyTo(pathname, input, text, body), text.includes('gzip'));
  });
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hits: (text) => hits.get(text) ?? 0,
    mostAtOnce: () => most,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function promptOf(input: Json): string | undefined {
  const { messages, input: given, name } = input;
  const last: unknown = Array.isArray(messages) ? (messages.at(-1) as Json).content : given;
  if (typeof last === 'string') return last;
  if (!Array.isArray(last)) return typeof name === 'string' ? name : undefined;
  const [part] = last as Json[];
  if (typeof part === 'string') return part;
  return typeof part?.text === 'string' ? part.text : promptOf({ input: part?.content });
}

function failure(text: string, hit: number, path: string): Reply | null {
  const always = /status=(\d+)/.exec(text)?.[1];
  const first = hit === 1 ? /first=(\d+)/.exec(text)?.[1] : undefined;
  const status = Number(first ?? always ?? 0);
  if (status === 0) return null;
  const error = { message: `said ${status}`, type: 'scripted_error', code: 'scripted', param: null };
  const isAnthropic = path === '/v1/messages';
  return {
    status,
    json: isAnthropic ? { type: 'error', error: { type: error.type, message: error.message } } : { error },
  };
}

function replyTo(path: string, input: Json, text: string, body: Buffer): Reply {
  const answer = `answer to ${text}`;
  const isStream = input.stream === true;
  switch (path) {
    case '/v1/chat/completions':
      return isStream ? events(chatChunks(answer)) : { json: chat(wantsJson(input) ? '{"city":"Rome"}' : answer) };
    case '/v1/responses':
      return isStream
        ? events(responseEvents(answer))
        : { json: aResponse(wantsJson(input) ? '{"city":"Rome"}' : answer) };
    case '/v1/embeddings':
      return { json: embedding(input.encoding_format === 'base64') };
    case '/v1/files':
      return {
        json: { id: 'file_1', object: 'file', bytes: body.length, created_at: 1, filename: 'a', purpose: 'batch' },
      };
    case '/v1/audio/speech':
      return {
        headers: { 'content-type': 'audio/mpeg' },
        body: Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256)),
      };
    case '/v1/messages':
      return isStream ? events(messageEvents(answer)) : { json: message(input, answer) };
    default:
      return { json: { path, text, bytes: body.length, body: body.toString('base64') } };
  }
}

function send(response: ServerResponse, reply: Reply, isGzipped: boolean): void {
  const { status = 200, headers = {}, json } = reply;
  const plain = Buffer.from(json === undefined ? (reply.body ?? '') : JSON.stringify(json));
  const bytes = isGzipped ? gzipSync(plain) : plain;
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  const encoding = isGzipped ? { 'content-encoding': 'gzip' } : {};
  const length = { 'content-length': String(bytes.length) };
  response.writeHead(status, { ...type, 'x-request-id': 'req_1', ...encoding, ...length, ...headers }).end(bytes);
}

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

function wantsJson(input: Json): boolean {
  return JSON.stringify(input.response_format ?? input.text ?? '').includes('json_schema');
}

function chat(content: string): Json {
  const choice = {
    index: 0,
    message: { role: 'assistant', content, refusal: null },
    finish_reason: 'stop',
    logprobs: null,
  };
  return { id: 'chatcmpl_1', object: 'chat.completion', created: 1, model: 'gpt-4o', choices: [choice], usage };
}

function chatChunks(answer: string): Json[] {
  const chunk = (delta: Json, finish: string | null): Json => ({
    ...{ id: 'chatcmpl_1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o' },
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const words = answer.split(/(?<= )/).map((content) => chunk({ role: 'assistant', content }, null));
  return [...words, { ...chunk({}, 'stop'), usage }];
}

const textPart = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
const outputItem = (status: string, content: Json[]) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status,
  content,
});

function aResponse(
  text: string,
  status = 'completed',
  output: Json[] = [outputItem('completed', [textPart(text)])],
): Json {
  return {
    ...{ id: 'resp_1', object: 'response', created_at: 1, status, error: null, incomplete_details: null },
    ...{ instructions: null, metadata: {}, model: 'gpt-4o', output, parallel_tool_calls: true, temperature: 1 },
    ...{ tool_choice: 'auto', tools: [], top_p: 1, service_tier: 'default' },
    usage: {
      ...{ input_tokens: 1, output_tokens: 1, total_tokens: 2 },
      ...{ input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
    },
  };
}

function responseEvents(text: string): Json[] {
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const list: Json[] = [
    { type: 'response.created', response: aResponse('', 'in_progress', []) },
    { type: 'response.output_item.added', output_index: 0, item: outputItem('in_progress', []) },
    { type: 'response.content_part.added', ...at, part: textPart('') },
    ...text.split(/(?<= )/).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: textPart(text) },
    { type: 'response.output_item.done', output_index: 0, item: outputItem('completed', [textPart(text)]) },
    { type: 'response.completed', response: aResponse(text) },
  ];
  return list.map((event, index) => ({ ...event, sequence_number: index }));
}

function embedding(asBase64: boolean): Json {
  const numbers = Float32Array.from([0.5, -0.25, 1]);
  const vector = asBase64 ? Buffer.from(numbers.buffer).toString('base64') : [...numbers];
  return { object: 'list', model: 'e', data: [{ object: 'embedding', index: 0, embedding: vector }], usage };
}

const anthropicUsage = { input_tokens: 1, output_tokens: 1 };

function message(input: Json, text: string): Json {
  const [tool] = (input.tools as Json[] | undefined) ?? [];
  const asJson = JSON.stringify(input).includes('json_schema');
  const content = tool
    ? [{ type: 'tool_use', id: 'toolu_1', name: tool.name, input: { city: 'Rome' } }]
    : [{ type: 'text', text: asJson ? '{"city":"Rome"}' : text }];
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content },
    ...{ stop_reason: tool ? 'tool_use' : 'end_turn', stop_sequence: null, usage: anthropicUsage },
  };
}

function messageEvents(text: string): Json[] {
  const start = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [], stop_reason: null };
  return [
    { type: 'message_start', message: { ...start, stop_sequence: null, usage: anthropicUsage } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...text.split(/(?<= )/).map((part) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: part },
    })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ];
}

function events(list: Json[]): Reply {
  const lines = list.map((event) => {
    const name = typeof event.type === 'string' ? `event: ${event.type}\n` : '';
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  const done = typeof list[0]?.type === 'string' ? '' : 'data: [DONE]\n\n';
  return { headers: { 'content-type': 'text/event-stream' }, body: lines.join('') + done };
}
