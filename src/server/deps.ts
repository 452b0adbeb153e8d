import type { Retention } from '#src/contract/retention.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import type { RetentionCache } from '#src/engine/retention-settings.ts';
import type { Submit } from '#src/engine/submit.ts';
import type { Watcher } from '#src/engine/watch.ts';
import type { makeKeyAuth } from './actor.ts';
import type { Bells } from './listeners/bells.ts';
import type { Live } from './live/live.ts';
import type { Sessions } from './sessions.ts';

/** The parts of a web process, made once. */
export type ServerDeps = EngineDeps & {
  submit: Submit;
  watcher: Watcher;
  /** Tells browsers what has changed. */
  live: Live;
  keys: ReturnType<typeof makeKeyAuth>;
  sessions: Sessions;
  /** What projects keep and how long; what holds where one says nothing. */
  retention: RetentionCache;
  retentionDefaults: Retention;
  /** Ring by a listener's UUID when it has a message, and by a message's when that is answered. */
  listeners: Bells;
  /** Lets the playground's inbox store what does not verify. */
  dev: boolean;
};
