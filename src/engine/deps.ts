import type { EgressRules } from '#src/domain/egress/ip-range.ts';
import type { Db } from '#src/store/db/database.ts';
import type { Queue } from '#src/store/db/queue.ts';
import type { Notify } from '#src/store/db/wake.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import type { Pace } from './pace.ts';
import type { Receivers } from './receivers-cache.ts';
import type { UpstreamsCache } from './upstreams-cache.ts';

/*
 * The dependencies of the engine, in small groups. The signature of a function names the groups it needs, so it shows
 * what the function can do, and a test passes nothing more.
 */

/** Access to the database. */
export type Reads = { db: Db };

/** Encryption and decryption of secrets. */
export type Seals = { cipher: Cipher };

/** Parts for signed links below the public base URL. */
export type Links = Seals & { publicUrl: string };

/** Queues of messages for due attempts. Messages are written in the caller's transaction. */
export type Queues = { queue: Queue };

/** Signals that wake other processes. They only shorten a wait: polling finds the same changes. */
export type Wakes = { notify: Notify };

/** The endpoints of projects, at most about a second old. */
export type Routes = { receivers: Receivers };

/**
 * The same endpoints, read on the connection of the caller's transaction. Code that holds one connection must not wait
 * for another, or all connections of a pool may come to wait for each other.
 */
export type RoutesInside = { receivers: Pick<Receivers, 'inside'> };

/** The upstreams of projects, at most about a second old. */
export type Upstreams = { upstreams: UpstreamsCache };

/** The same upstreams, read on the connection of the caller's transaction. */
export type UpstreamsInside = { upstreams: Pick<UpstreamsCache, 'inside'> };

/** Rules for forbidden targets. */
export type Guards = { egress: EgressRules };

/** Clock of this process, in epoch milliseconds. */
export type Clock = { now: () => number };

/** Source of random numbers, uniform in [0, 1). */
export type Chance = { random: () => number };

/** The intervals and waits of this process. */
export type Paces = { pace: Pace };

/** Writer of log lines: one for each attempt, and problems. */
export type Logs = { log: EngineLog };

/** All dependencies. A process makes them once. */
export type EngineDeps = Reads & Links & Queues & Wakes & Routes & Upstreams & Guards & Clock & Chance & Paces & Logs;

/** The part of the logger that the engine uses. */
export type EngineLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};
