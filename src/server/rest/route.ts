import type { Actor } from '#src/server/call/actor.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

export type RestCall = { deps: ServerDeps; actor: Actor; request: HttpRequest; id: string };

/** A route: method, path with its id in a group, what answers it, and what a change is called in the audit log. */
export type RestRoute = { path: RegExp; answer: (call: RestCall) => Promise<HttpResponse> } & (
  | {
      method: 'GET';
      /** Answers who shows no key but a link that was signed; null: there is none in the query. */
      answerLink?: (call: Omit<RestCall, 'actor'>) => Promise<HttpResponse> | null;
    }
  | {
      method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      /** The path of the procedure that does the same. */
      action: string;
      /** Only what people do is recorded, as with the procedure. */
      audit?: 'people';
    }
);
