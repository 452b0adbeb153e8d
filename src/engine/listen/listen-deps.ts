import type { EngineDeps } from '#src/engine/deps.ts';
import type { Bells } from './bells.ts';

/** The dependencies of the functions in this folder. */
export type ListenDeps = EngineDeps & {
  /**
   * The bells of listeners. A bell rings under a listener's UUID when it has a message, and under a message's when it
   * is answered.
   */
  bells: Bells;
  /** The longest time that a delivery waits for the answer of a listener's handler. */
  listenerAnswerMs: number;
};
