import type { QuotaSetter } from '#src/contract/project/quotas.ts';
import type { Retention } from '#src/contract/project/retention.ts';
import type { TrustedProxies } from '#src/domain/egress/client-address.ts';
import type { Mailer } from '#src/engine/alert/mailer.ts';
import type { HeldCalls } from '#src/engine/gateway/held-calls.ts';
import type { ListenDeps } from '#src/engine/listen/listen-deps.ts';
import type { Watcher } from '#src/engine/read/watch.ts';
import type { RetentionCache } from '#src/engine/retain/retention-settings.ts';
import type { EventTails } from '#src/engine/stream/event-tails.ts';
import type { Submit } from '#src/engine/submit/submit.ts';
import type { Tracer } from '#src/engine/tracer.ts';
import type { makeKeyAuth } from '#src/server/call/actor.ts';
import type { LookUpName } from '#src/server/jobs/look-up.ts';
import type { Live } from '#src/server/live/live-changes.ts';
import type { Sessions } from '#src/server/sign-in/sessions.ts';

/** The parts of a web process. They are made once. */
export type ServerDeps = ListenDeps & {
  submit: Submit;
  /** Makes the spans of submits; null: traces are off. */
  tracer: Tracer | null;
  watcher: Watcher;
  /** Reports the ends of runs to those who wait for them. */
  runWatcher: Watcher;
  /** Reports changes to the streams of browsers. */
  live: Live;
  /** Calls of gateways whose connections are open. */
  heldCalls: HeldCalls;
  /** The readers of the events of jobs. */
  tails: EventTails;
  keys: ReturnType<typeof makeKeyAuth>;
  sessions: Sessions;
  /** A cache of the retention settings of projects, and of whether they have quotas. */
  retention: RetentionCache;
  retentionDefaults: Retention;
  /** Who sets the quotas of projects. */
  quotasSetBy: QuotaSetter;
  trustedProxies: TrustedProxies;
  /** Returns the addresses of a host, for the checker of targets. */
  lookUpName: LookUpName;
  /** The sender of e-mails; null: no SMTP server is set. */
  mailer: Mailer | null;
  /** The token that Prometheus must send. When it is undefined, there are no metrics. */
  metricsToken: string | undefined;
  /** In development mode, the playground's inbox also stores requests whose signature is not valid. */
  dev: boolean;
};
