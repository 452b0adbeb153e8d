import type { EngineDeps } from '#src/engine/deps.ts';
import type { Submit } from '#src/engine/submit.ts';
import type { Watcher } from '#src/engine/watch.ts';
import type { makeKeyAuth } from './actor.ts';
import type { Sessions } from './sessions.ts';

/** The parts of a web process, made once. */
export type ServerDeps = EngineDeps & {
  submit: Submit;
  watcher: Watcher;
  keys: ReturnType<typeof makeKeyAuth>;
  sessions: Sessions;
  /** Lets the playground's inbox store what does not verify. */
  dev: boolean;
};
