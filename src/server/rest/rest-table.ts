import type { DefinedProcedure } from '#src/server/call/run-procedure.ts';
import { alertRoutes } from './alert-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { endpointRoutes } from './endpoint-routes.ts';
import { flowRoutes, pauseRoutes } from './flow-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { manyJobRoutes } from './many-job-routes.ts';
import { operationRoutes } from './operation-routes.ts';
import { procedureOf } from './procedures.ts';
import { projectRoutes } from './project-routes.ts';
import { retryRoutes } from './retry-routes.ts';
import type { RestRoute } from './route.ts';
import { runRoutes } from './run-routes.ts';
import { scheduleRoutes } from './schedule-routes.ts';
import { upstreamRoutes } from './upstream-routes.ts';

/** All routes below `/v1`, except those of listeners. */
export const allRestRoutes: readonly RestRoute[] = [
  ...jobRoutes,
  ...manyJobRoutes,
  ...endpointRoutes,
  ...projectRoutes,
  ...deliveryRoutes,
  ...operationRoutes,
  ...flowRoutes,
  ...pauseRoutes,
  ...retryRoutes,
  ...scheduleRoutes,
  ...upstreamRoutes,
  ...runRoutes,
  ...alertRoutes,
];

/** A route with its procedure. */
export type RunnableRoute = { route: RestRoute; procedure: DefinedProcedure };

/** The routes of a path by their methods, and the segment in the place of `{id}`. */
export type FoundPath = { id: string; methods: ReadonlyMap<string, RunnableRoute> };

type Methods = Map<string, RunnableRoute>;

const plain = new Map<string, Methods>();
const withId = new Map<string, { pattern: RegExp; methods: Methods }>();

for (const route of allRestRoutes) {
  methodsOf(route.path).set(route.method, { route, procedure: procedureOf(route.procedure) });
}

function methodsOf(path: string): Methods {
  const known = plain.get(path) ?? withId.get(path)?.methods;
  if (known) return known;
  const methods: Methods = new Map();
  if (path.includes('{id}')) withId.set(path, { pattern: new RegExp(`^${path.replace('{id}', '([^/]+)')}$`), methods });
  else plain.set(path, methods);
  return methods;
}

/** Returns a segment without its percent-encoding: the key of a flow may have any character. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Returns the routes of a path, or null. A path without an id is preferred: `export` is no job's id. */
export function findPath(path: string): FoundPath | null {
  const methods = plain.get(path);
  if (methods) return { id: '', methods };
  for (const { pattern, methods } of withId.values()) {
    const id = pattern.exec(path)?.[1];
    if (id !== undefined) return { id: decoded(id), methods };
  }
  return null;
}
