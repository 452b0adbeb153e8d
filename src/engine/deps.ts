import type { EgressRules } from '#src/domain/egress/ip-range.ts';
import type { Db } from '#src/store/db/database.ts';
import type { Queue } from '#src/store/db/queue.ts';
import type { Notify } from '#src/store/db/wake.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import type { Receivers } from './receivers-cache.ts';

/*
 * The parts that the engine works with, in small groups. A function names the groups it needs: its signature says what it
 * can do, and a test gives it no more.
 */

/** Reads and writes the database. */
export type Reads = { db: Db };

/** Seals secrets, and opens what is sealed. */
export type Seals = { cipher: Cipher };

/** Makes signed links below the public base URL. */
export type Links = Seals & { publicUrl: string };

/** Makes messages of due attempts, in the caller's transaction. */
export type Queues = { queue: Queue };

/** Wakes other processes. It only saves them a wait: whatever it would have told is found by polling. */
export type Wakes = { notify: Notify };

/** Knows the endpoints of projects, as of a second ago. */
export type Routes = { receivers: Receivers };

/**
 * Knows the same inside the caller's transaction, on its connection. Code that holds one connection must not wait for
 * another, or all connections of a pool may come to wait for each other.
 */
export type RoutesInside = { receivers: Pick<Receivers, 'inside'> };

/** Knows which targets are forbidden. */
export type Guards = { egress: EgressRules };

/** Tells the time of this process, in epoch milliseconds. */
export type Clock = { now: () => number };

/** Gives random numbers, uniform in [0, 1). */
export type Chance = { random: () => number };

/** Writes log lines: one for each attempt, and trouble. */
export type Logs = { log: EngineLog };

/** All of it. A process makes it once. */
export type EngineDeps = Reads & Links & Queues & Wakes & Routes & Guards & Clock & Chance & Logs;

/** The part of the logger that the engine uses. */
export type EngineLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};
