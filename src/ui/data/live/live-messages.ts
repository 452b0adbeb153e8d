import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import type { LiveState } from './live-stream.ts';

/** Messages from a tab to the worker that all tabs of a browser share. */
export type FromTab =
  | { kind: 'want'; projectId: string; topics: readonly LiveTopic[] }
  /** `here` is sent regularly, because the worker gets no event when a tab dies. */
  | { kind: 'here' }
  | { kind: 'bye' };

export type FromWorker = { kind: 'change'; topic: LiveTopic } | { kind: 'state'; state: LiveState };

export const hereMs = 20_000;
