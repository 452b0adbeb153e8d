import type { Retention } from '#src/contract/project/retention.ts';
import type { TrustedProxies } from '#src/domain/egress/client-address.ts';
import type { ListenDeps } from '#src/engine/listen/listen-deps.ts';
import type { Watcher } from '#src/engine/read/watch.ts';
import type { RetentionCache } from '#src/engine/retain/retention-settings.ts';
import type { Submit } from '#src/engine/submit/submit.ts';
import type { makeKeyAuth } from '#src/server/call/actor.ts';
import type { Live } from '#src/server/live/live-changes.ts';
import type { Sessions } from '#src/server/sign-in/sessions.ts';

/** The parts of a web process, made once. */
export type ServerDeps = ListenDeps & {
  submit: Submit;
  watcher: Watcher;
  /** Tells browsers what has changed. */
  live: Live;
  keys: ReturnType<typeof makeKeyAuth>;
  sessions: Sessions;
  /** What projects keep and how long; what holds where one says nothing. */
  retention: RetentionCache;
  retentionDefaults: Retention;
  trustedProxies: TrustedProxies;
  /** What Prometheus must bring; undefined: there are no metrics. */
  metricsToken: string | undefined;
  /** Lets the playground's inbox store what does not verify. */
  dev: boolean;
};
