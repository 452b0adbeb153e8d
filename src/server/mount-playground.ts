import { openSharedSecrets, type SharedSecret } from '#src/engine/endpoint/verify-signature.ts';
import { requireScope } from '#src/server/call/actor.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import type { Handler, HttpRequest } from '#src/server/http/http.ts';
import { makePlayground } from '#src/server/playground/playground-routes.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';
import { allLiveWebhookSecrets } from '#src/store/endpoint/secret-rows.ts';
import type { ServerDeps } from './server-deps.ts';

const secretsLiveMs = 2_000;

/**
 * Mounts the built-in target and inbox. It gives them two things: the check of who may read an inbox, and the secrets
 * that verify signatures.
 */
export function mountPlayground(deps: ServerDeps): Handler {
  let known: { until: number; secrets: Promise<SharedSecret[]> } | undefined;
  const load = async () => openSharedSecrets(await allLiveWebhookSecrets(deps.db), deps.cipher);
  const verifySecrets = () => {
    if (known === undefined || known.until < deps.now()) {
      known = { until: deps.now() + secretsLiveMs, secrets: load() };
      known.secrets.catch(() => {
        known = undefined;
      });
    }
    return known.secrets;
  };
  const readerOf = async (request: HttpRequest) => {
    try {
      return requireScope(await authenticate(deps, request), 'jobs:read').projectId;
    } catch (error) {
      if (sqlErrorKind(error) === 'again') throw error;
      return null;
    }
  };
  return makePlayground({
    db: deps.db,
    dev: deps.dev,
    publicUrl: deps.publicUrl,
    now: deps.now,
    verifySecrets,
    readerOf,
  });
}
