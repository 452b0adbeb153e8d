import { BodyMemory } from './body-memory.ts';
import type { Dial } from './dial.ts';
import { Connection, type Place } from './kept-connection.ts';
import type { TlsIdentity } from './request.ts';

/** A caller that needs a connection. `ready` is called at most once, and never after `cancelled` is set. */
export type Waiter = {
  cancelled: boolean;
  /** True: the caller needs a new connection, not an idle one. */
  fresh: boolean;
  /** A connection that was idle for longer is not used, in milliseconds. It stays for other callers. */
  maxIdleMs: number;
  ready(connection: Connection): void;
};

export type PoolLimits = {
  /** The most connections to one origin. Further requests wait for one, within their deadline. */
  connectionsPerOrigin: number;
  /** The most bytes of a response's headers. */
  maxHeaderBytes: number;
  /** The most bytes that large bodies hold together while they are read. */
  bodyMemoryBytes: number;
};

type OriginPool = { place: Place; open: number; idle: Connection[]; waiting: Waiter[] };

/** A connection older than this is closed instead of reused, so that a changed DNS answer takes effect. */
const connectionTtlMs = 60_000;
const maxIdleConnections = 2_000;

/**
 * Keeps the connections of each origin, and of each identity in TLS there. Taking and releasing one costs the same however many there are. undici's own
 * pool searches all connections of an origin for each request. The most recently used idle connection is taken first:
 * it is the least likely to be stale, and the others can time out. The number of open connections is at most the
 * requests in flight plus a fixed number of idle ones.
 */
export class Pool {
  /** The memory of the bodies that come over these connections. */
  readonly memory: BodyMemory;
  #origins = new Map<string, OriginPool>();
  #all = new Set<Connection>();
  #idleCount = 0;
  #dial: Dial;
  #perOrigin: number;
  #maxHeaderBytes: number;

  constructor(dial: Dial, { connectionsPerOrigin, maxHeaderBytes, bodyMemoryBytes }: PoolLimits) {
    this.memory = new BodyMemory(bodyMemoryBytes);
    this.#dial = dial;
    this.#perOrigin = connectionsPerOrigin;
    this.#maxHeaderBytes = maxHeaderBytes;
  }

  /** Calls `waiter.ready` at once when a connection is free or may be opened, otherwise as soon as one is free. */
  take(origin: string, waiter: Waiter, tls: TlsIdentity | null = null): void {
    // A connection that one client's certificate opened must not carry another's requests.
    const key = tls === null ? origin : `${origin} ${tls.print}`;
    let pool = this.#origins.get(key);
    if (pool === undefined) {
      pool = { place: { key, origin, tls }, open: 0, idle: [], waiting: [] };
      this.#origins.set(key, pool);
    }
    const connection = waiter.fresh ? null : this.#takeIdle(pool, waiter.maxIdleMs);
    if (connection !== null) {
      waiter.ready(connection);
    } else if (pool.open < this.#perOrigin) {
      waiter.ready(this.#open(pool));
    } else {
      pool.waiting.push(waiter);
      // The waiter may want a new connection while some are idle. The oldest one is then closed to make room.
      const idle = pool.idle.shift();
      if (idle === undefined) return;
      this.#idleCount -= 1;
      this.discard(idle);
    }
  }

  /** Puts a connection back into the pool after its response was read to the end. */
  release(connection: Connection): void {
    const pool = this.#origins.get(connection.key);
    if (pool === undefined || !this.#all.has(connection)) return;
    connection.used = true;
    const next = nextWaiter(pool);
    if (!reusable(connection) || next?.fresh) {
      if (next !== null) pool.waiting.unshift(next);
      this.discard(connection);
    } else if (next !== null) {
      next.ready(connection);
    } else if (this.#idleCount >= maxIdleConnections) {
      this.discard(connection);
    } else {
      connection.idleSince = performance.now();
      pool.idle.push(connection);
      this.#idleCount += 1;
    }
  }

  /** Closes a connection and lets the next waiter open one in its place. */
  discard(connection: Connection): void {
    connection.close();
    if (!this.#all.delete(connection)) return;
    const pool = this.#origins.get(connection.key);
    if (pool === undefined) return;
    pool.open -= 1;
    const next = nextWaiter(pool);
    if (next !== null) next.ready(this.#open(pool));
    else if (pool.open === 0) this.#origins.delete(connection.key);
  }

  /** Closes every connection. Resolves when all sockets are gone. */
  async close(): Promise<void> {
    const connections = [...this.#all];
    this.#all.clear();
    this.#origins.clear();
    this.#idleCount = 0;
    await Promise.all(
      connections.map((connection) => {
        connection.close();
        return connection.gone;
      }),
    );
  }

  #takeIdle(pool: OriginPool, maxIdleMs: number): Connection | null {
    const idleSince = performance.now() - maxIdleMs;
    for (let connection = pool.idle.pop(); connection !== undefined; connection = pool.idle.pop()) {
      if (connection.idleSince < idleSince) {
        // The others have been idle even longer.
        pool.idle.push(connection);
        return null;
      }
      this.#idleCount -= 1;
      if (reusable(connection)) return connection;
      this.discard(connection);
    }
    return null;
  }

  #open(pool: OriginPool): Connection {
    pool.open += 1;
    // Discarding the last idle connection may have removed the pool from the map.
    this.#origins.set(pool.place.key, pool);
    const connection = new Connection(pool.place, this.#dial, this.#maxHeaderBytes, (closed) => this.#onClosed(closed));
    this.#all.add(connection);
    return connection;
  }

  #onClosed(connection: Connection): void {
    const pool = this.#origins.get(connection.key);
    const index = pool?.idle.indexOf(connection) ?? -1;
    if (index === -1) return;
    pool?.idle.splice(index, 1);
    this.#idleCount -= 1;
    this.discard(connection);
  }
}

function reusable(connection: Connection): boolean {
  const { socket } = connection;
  return (
    !connection.closed &&
    socket !== null &&
    !socket.destroyed &&
    performance.now() - connection.openedAt < connectionTtlMs
  );
}

function nextWaiter(pool: OriginPool): Waiter | null {
  for (let waiter = pool.waiting.shift(); waiter !== undefined; waiter = pool.waiting.shift()) {
    if (!waiter.cancelled) return waiter;
  }
  return null;
}
