import type { Actor } from '#src/server/call/actor.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

export type RestCall = { deps: ServerDeps; actor: Actor; request: HttpRequest; id: string };

/**
 * A route: its method, its path with the id in a group, the function that answers it, and the audit log's name for a
 * change.
 */
export type RestRoute = { path: RegExp; answer: (call: RestCall) => Promise<HttpResponse> } & (
  | {
      method: 'GET';
      /** Answers a caller that has a signed link instead of an API key. Returns null when the query has no link. */
      answerLink?: (call: Omit<RestCall, 'actor'>) => Promise<HttpResponse> | null;
    }
  | {
      method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      /** The path of the tRPC procedure that does the same. */
      action: string;
      /** Calls by API keys are not recorded, as with the procedure. */
      audit?: 'people';
    }
);
