import type { Handler } from '#src/server/http/http.ts';
import { type InboxDeps, makeInbox } from './callback-inbox.ts';
import { makeTarget } from './target.ts';

export type PlaygroundDeps = InboxDeps;

/** Makes the built-in flaky API and callback inbox, so that a first job needs nothing else. */
export function makePlayground(deps: PlaygroundDeps): Handler {
  const target = makeTarget(deps.now);
  const inbox = makeInbox(deps);
  return async (request) => {
    if (request.path === '/playground/target') return target(request);
    const name = /^\/playground\/inbox\/([^/]*)$/.exec(request.path)?.[1];
    return name === undefined ? null : inbox(name, request);
  };
}
