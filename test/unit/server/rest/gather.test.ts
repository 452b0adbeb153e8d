import { expect, it } from 'vitest';
import type { HttpRequest } from '#src/server/http/http.ts';
import { gather } from '#src/server/rest/gather.ts';
import { inputShape, procedureOf } from '#src/server/rest/procedures.ts';
import { allRestRoutes } from '#src/server/rest/rest-table.ts';
import type { RestCall, RestRoute } from '#src/server/rest/route.ts';

/** A call that gives one field wherever a caller could: in the path, the query and the body. */
function callWith(route: RestRoute, field: string): RestCall {
  const inPath = route.path.includes('{id}');
  const given = field === 'id' && inPath ? {} : { [field]: 'given' };
  const query = new URLSearchParams({ ...given, ...(route.waits === 'query' && { wait: '1' }) });
  const request: HttpRequest = {
    method: route.method,
    path: route.path,
    query,
    search: `?${query}`,
    headers: { 'content-type': 'application/json' },
    body: async () => Buffer.from(JSON.stringify(given)),
    signal: new AbortController().signal,
    peer: '127.0.0.1',
    requestId: 'req_1',
  };
  const deps = {} as RestCall['deps'];
  const actor = () => Promise.reject(new Error('nobody calls'));
  return { deps, request, id: inPath ? 'given' : '', waitSeconds: null, actor };
}

const routes = allRestRoutes.map((route) => [`${route.method} ${route.path}`, route] as const);

it.each(routes)('%s takes every field that its procedure does', async (_, route) => {
  const shape = inputShape(procedureOf(route.procedure))?.shape ?? {};
  const dropped: string[] = [];
  for (const field of Object.keys(shape)) {
    const input = (await gather(route, callWith(route, field))) as object | undefined;
    if (!Object.hasOwn(input ?? {}, field)) dropped.push(field);
  }
  expect(dropped).toEqual([]);
});

it.each(routes.filter(([, { takes }]) => takes !== undefined))(
  '%s refuses a field that it does not know',
  (_, route) => {
    expect(inputShape(procedureOf(route.procedure))?.safeParse({ noSuchField: 1 }).error?.issues).toContainEqual(
      expect.objectContaining({ code: 'unrecognized_keys', keys: ['noSuchField'] }),
    );
  },
);
