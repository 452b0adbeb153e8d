import type { EgressRules } from '#src/domain/egress/ip-range.ts';
import type { Db } from '#src/store/db/database.ts';
import type { Queue } from '#src/store/db/queue.ts';
import type { Notify } from '#src/store/db/wake.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import type { Receivers } from './receivers-cache.ts';

/** What the verbs work with. Time and random numbers come in here, so that tests can hold them. */
export type EngineDeps = {
  db: Db;
  queue: Queue;
  notify: Notify;
  receivers: Receivers;
  cipher: Cipher;
  egress: EgressRules;
  /** The public base URL, for links. */
  publicUrl: string;
  now: () => number;
  random: () => number;
  log: EngineLog;
};

/**
 * The deps of code that works inside a caller's transaction: its only way to the database is that transaction. Who holds one
 * connection must not wait for another, or all connections of a pool may come to wait for each other.
 */
export type InsideDeps = Omit<EngineDeps, 'db' | 'receivers'> & { receivers: Pick<Receivers, 'inside'> };

/** The part of the logger that the verbs use: one line per attempt and per delivery, and trouble. */
export type EngineLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};
