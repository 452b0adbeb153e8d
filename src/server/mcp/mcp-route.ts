import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { makeContext } from '#src/server/call/context.ts';
import { runProcedure } from '#src/server/call/run-procedure.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { utf8Text } from '#src/server/http/wire.ts';
import { procedureOf } from '#src/server/rest/procedures.ts';
import type { OutputOf, ProcedurePath } from '#src/server/rest/route.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { type McpCaller, makeMcpServer } from './mcp-server.ts';

export const mcpPath = '/mcp';

type Answer = (request: Request, options: { authInfo: AuthInfo; parsedBody: unknown }) => Promise<Response>;
type AuthInfo = { token: string; clientId: string; scopes: string[]; extra: Record<string, unknown> };

let answer: Promise<Answer> | undefined;

/** Loads the protocol at its first use: it takes a tenth of a second, which most starts need not wait for. */
function loadProtocol(): Promise<Answer> {
  answer ??= import('@modelcontextprotocol/server').then((sdk) => {
    // No stream outlives its request, so nobody can subscribe to changes.
    const handler = sdk.createMcpHandler((context) => makeMcpServer(sdk, context), { maxSubscriptions: 0 });
    return handler.fetch;
  });
  return answer;
}

/**
 * Answers `/mcp`: the Model Context Protocol over HTTP, without sessions. The caller is an API key. A page of another
 * site is refused whatever it sends, so that a browser cannot be led to it by a name that changes its address.
 */
export async function handleMcp(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const { headers, method } = request;
  if (headers.origin !== undefined && !deps.egress.ownOrigins.includes(headers.origin))
    throw new Refusal('foreign_origin', 'this was sent by a page of another site, which may not call /mcp');
  if (method !== 'POST') throw new MethodNotAllowed(request, ['POST']);
  if (headers.authorization === undefined)
    throw new Refusal('unauthorized', 'send an API key as `Authorization: Bearer rbk_…`');
  const caller = callerOf(deps, request);
  await caller.actor();
  const parsedBody = await readMessage(request);
  if (Array.isArray(parsedBody) && parsedBody.length > readLimits.callsAtOnce)
    throw new Refusal('invalid_input', `a batch may hold at most ${readLimits.callsAtOnce} messages`);
  const answered = await (await loadProtocol())(asWeb(deps, request), {
    authInfo: { token: '', clientId: '', scopes: [], extra: { caller } },
    parsedBody,
  });
  return fromWeb(answered);
}

/** Returns the message of the body, or a batch of messages. */
async function readMessage(request: HttpRequest): Promise<unknown> {
  const text = utf8Text(await request.body(readLimits.inputBytes));
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Refusal('invalid_json', `the request body is not JSON: ${(error as Error).message}`);
  }
}

function callerOf(deps: ServerDeps, request: HttpRequest): McpCaller & { actor(): Promise<unknown> } {
  const ctx = makeContext(deps, request, { actorNow: () => authenticate(deps, request), idempotencyKey: null });
  const { signal, requestId } = request;
  return {
    actor: ctx.actor,
    nowMs: deps.now(),
    async run<Path extends ProcedurePath>(path: Path, input?: unknown) {
      const getRawInput = () => Promise.resolve(input);
      return (await runProcedure(path, procedureOf(path), { ctx, getRawInput, signal })) as OutputOf<Path>;
    },
    async page(path) {
      const project = formatId('prj', (await ctx.actor()).projectId);
      return `${deps.publicUrl}${path}${path.includes('?') ? '&' : '?'}project=${project}`;
    },
    onInternal: (err, tool) => deps.log.error({ err, requestId, tool }, 'a tool failed'),
  };
}

function asWeb({ publicUrl }: ServerDeps, { method, headers, signal }: HttpRequest): Request {
  const { authorization: _, ...given } = headers;
  const sent = new Headers();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) sent.set(name, value);
  return new Request(`${publicUrl}${mcpPath}`, { method, headers: sent, signal });
}

async function fromWeb(answered: Response): Promise<HttpResponse> {
  const headers = { ...Object.fromEntries(answered.headers), 'cache-control': 'no-store' };
  return { status: answered.status, headers, body: await answered.text() };
}
