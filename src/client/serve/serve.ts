import { RingbackError } from '#src/client/call/errors.ts';
import { type JobCalls, makeJobCalls } from '#src/client/job/job-calls.ts';
import type { RunEntry } from '#src/contract/run/run-turn.ts';
import { runLimits } from '#src/domain/limits.ts';
import { type InvocationEnd, makeInvocation } from './invocation.ts';
import { makeRunCalls, type RunCalls, type TurnProof } from './run-calls.ts';
import { isFinal, toFailure } from './run-failure.ts';
import type { ServeHandler, ServeOptions } from './serve-types.ts';
import { makeServedIo } from './served-io.ts';

/** The header with the token of a turn. */
const tokenHeader = 'ringback-run-token';
/** The longest body of a turn: it names the run and the turn, and holds nothing else. */
const longestBody = 1_000;
const usualRetries = 3;

/**
 * Makes the route of a run: `export const POST = serve(async (payload, io) => { … })`. It fits everything that takes a
 * `Request` and expects a `Response`. `ringback.start` begins a run, and Ringback enters the route: once at first, and
 * again each time that something has ended for which the handler waits. An entry lasts only as long as the handler's own
 * code, so a run may take hours in a route that is limited to seconds.
 *
 * Only Ringback can enter: each entry has a token that is good for one turn, which the route checks with its API key.
 * Nothing is read from the environment before the first entry.
 */
export function serve<Payload = unknown, Result = unknown>(
  handler: ServeHandler<Payload, Result>,
  options: ServeOptions = {},
): (request: Request) => Promise<Response> {
  const { retries = usualRetries, ...connection } = options;
  const calls: JobCalls = makeJobCalls(connection);
  return async (request) => {
    const proof = await readProof(request);
    if (proof === null) return refused();
    const runCalls = makeRunCalls(calls, proof);
    let entry: RunEntry;
    try {
      entry = await runCalls.enter();
    } catch (error) {
      return broken(error);
    }
    if (entry.state === 'stale') return Response.json({ state: 'stale' });
    return answer(
      await enter(handler, proof.run, runCalls, entry),
      entry.thrown,
      Math.min(retries, runLimits.turnRetries),
    );
  };
}

type Entered = Extract<RunEntry, { state: 'entered' }>;

function enter<Payload, Result>(
  handler: ServeHandler<Payload, Result>,
  runId: string,
  calls: RunCalls,
  entry: Entered,
): Promise<InvocationEnd> {
  const invocation = makeInvocation(calls, entry.steps);
  const io = makeServedIo(runId, invocation, entry);
  return invocation.run(async () => handler(JSON.parse(entry.payload) as Payload, io));
}

function answer(end: InvocationEnd, thrown: number, retries: number): Response {
  switch (end.state) {
    case 'completed':
      return completed(end.result);
    case 'threw':
      return threw(end.error, thrown < retries);
    case 'broken':
      return broken(end.error);
    default:
      return Response.json(end);
  }
}

function completed(result: unknown): Response {
  let text: string | undefined;
  try {
    text = JSON.stringify(result);
  } catch (cause) {
    const message = 'What the handler returns must be JSON, and this is not.';
    return threw(new RingbackError('invalid_input', message, { cause }), false);
  }
  const body = text === undefined ? '{"state":"completed"}' : `{"state":"completed","result":${text}}`;
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

/** Answers for a handler that threw: 500 if the turn is to be repeated, else the end of the run. */
function threw(error: unknown, mayRepeat: boolean): Response {
  // biome-ignore lint/suspicious/noConsole: the error would otherwise be seen in Ringback alone, without its stack.
  console.error(error);
  const failure = toFailure(error);
  if (mayRepeat && !isFinal(error)) return Response.json({ error: failure }, { status: 500 });
  return Response.json({ state: 'failed', error: failure });
}

/** Answers when Ringback could not be asked. The turn is repeated. */
function broken(error: unknown): Response {
  return Response.json({ error: toFailure(error) }, { status: 503 });
}

function refused(): Response {
  const message = 'This route runs in the background. Start it with `ringback.start`.';
  return Response.json({ error: { code: 'not_a_turn', message } }, { status: 400 });
}

async function readProof(request: Request): Promise<TurnProof | null> {
  const token = request.headers.get(tokenHeader);
  if (token === null || token.length > 200 || Number(request.headers.get('content-length') ?? 0) > longestBody)
    return null;
  try {
    const body = (await request.json()) as Record<string, unknown> | null;
    const { type, run, turn } = body ?? {};
    if (type !== 'run.turn' || typeof run !== 'string' || typeof turn !== 'number') return null;
    return run.length <= 64 && Number.isInteger(turn) && turn > 0 ? { run, turn, token } : null;
  } catch {
    return null;
  }
}
