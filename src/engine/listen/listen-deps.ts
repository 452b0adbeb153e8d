import type { EngineDeps } from '#src/engine/deps.ts';
import type { Bells } from './bells.ts';

/** What the verbs of listening work with. */
export type ListenDeps = EngineDeps & {
  /** Bells ring by a listener's UUID when it has a message, and by a message's when that is answered. */
  bells: Bells;
  /** How long a delivery waits for the answer of a listener's handler. */
  listenerAnswerMs: number;
};
