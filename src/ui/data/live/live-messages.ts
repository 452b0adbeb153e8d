import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import type { LiveState } from './live-stream.ts';

/** From a tab to the worker that all tabs of a browser share. */
export type FromTab =
  | { kind: 'want'; projectId: string; topics: readonly LiveTopic[] }
  /** Now and then, since nothing tells a worker that a tab has died. */
  | { kind: 'here' }
  | { kind: 'bye' };

export type FromWorker = { kind: 'change'; topic: LiveTopic } | { kind: 'state'; state: LiveState };

export const hereMs = 20_000;
