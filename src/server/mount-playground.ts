import { sealContext } from '#src/store/job-options.ts';
import { allLiveWebhookSecrets } from '#src/store/webhook-secrets.ts';
import { requireScope } from './actor.ts';
import { authenticate } from './authenticate.ts';
import type { ServerDeps } from './deps.ts';
import type { Handler } from './http.ts';
import { makePlayground } from './playground/playground.ts';

/** The built-in target and inbox, with what they may know of the rest: who may look, and which signatures are ours. */
export function mountPlayground(deps: ServerDeps): Handler {
  return makePlayground({
    db: deps.db,
    dev: deps.dev,
    publicUrl: deps.publicUrl,
    now: deps.now,
    verifySecrets: async () => {
      const rows = await allLiveWebhookSecrets(deps.db);
      return rows.map((row) => deps.cipher.open(row.sealed, sealContext.webhookSecret(row.id)).toString('utf8'));
    },
    isAllowed: (request) =>
      authenticate(deps, request.headers, request.method).then(
        (actor) => Boolean(requireScope(actor, 'jobs:read')),
        () => false,
      ),
  });
}
