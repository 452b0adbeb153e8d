import type { Credentials } from './access.ts';
import type { TestRingback } from './ringback.ts';

/** Answer to a call: the error code of the refusal, or `allowed`, and the whole text. */
export type Answer = { code: string; text: string };

/** Calls a procedure as a browser or a client would. `inProject` is the project that the query names. */
export async function callProcedure(
  ringback: TestRingback,
  { path, type, input }: { path: string; type: 'query' | 'mutation' | 'subscription'; input: unknown },
  headers: Credentials,
  inProject: string,
): Promise<Answer> {
  const mutates = type === 'mutation';
  const query = new URLSearchParams({
    ...(mutates || input === undefined ? {} : { input: JSON.stringify(input) }),
    ...(inProject === '' ? {} : { project: inProject }),
  });
  const gone = new AbortController();
  const response = await fetch(`${ringback.url}/api/trpc/${path}?${query}`, {
    method: mutates ? 'POST' : 'GET',
    headers: { ...headers, 'content-type': 'application/json' },
    ...(mutates && input !== undefined ? { body: JSON.stringify(input) } : {}),
    signal: gone.signal,
  });
  const text = type === 'subscription' ? await firstEvents(response) : await response.text();
  gone.abort();
  return { code: /"data":\{"code":"(\w+)"/.exec(text)?.[1] ?? 'allowed', text };
}

/** Reads a stream up to its first event after the greeting. The stream itself goes on as long as the job. */
async function firstEvents(response: Response): Promise<string> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/^data: .*"(id|code)"/m.test(text)) break;
  }
  return text;
}

/** Calls a route by its name, like `GET /v1/jobs/{id}`. */
export async function callRoute(
  ringback: TestRingback,
  { name, id = '', json }: { name: string; id: string | undefined; json: object | undefined },
  headers: Credentials,
  inProject: string,
): Promise<Answer> {
  const [method = '', path = ''] = name.split(' ');
  const gone = new AbortController();
  const query = inProject === '' ? '' : `?project=${inProject}`;
  const response = await ringback.rest(method, path.replace('{id}', id) + query, {
    key: null,
    headers,
    ...(json ? { json } : {}),
    signal: gone.signal,
  });
  const type = response.headers.get('content-type') ?? '';
  const text = type.startsWith('text/event-stream') ? '' : await response.text();
  gone.abort();
  const isProblem = type.startsWith('application/problem+json');
  return { code: isProblem ? (JSON.parse(text) as { code: string }).code : 'allowed', text };
}
