import { setTimeout as pause } from 'node:timers/promises';
import { StartError } from '#src/cli/start-error.ts';
import type { Log } from '#src/log.ts';
import { openSupervisorSession, type SupervisorSession } from '#src/store/db/supervisor-session.ts';
import { probePort } from './free-port.ts';
import { clusterName, dataOf, explain, lastLine, prepareCluster, spawnPostmaster } from './postgres-cluster.ts';
import { findPlace, type PostgresPlace } from './postgres-place.ts';
import { clearOrphans, findRunning, isAlive, type RunningServer, shutDown } from './postgres-process.ts';

export type EmbeddedPostgresOptions = Readonly<{
  /** An absolute path. The server's own folder is created in it. */
  dataDir: string;
  /** The port of the server. 0: any free port. */
  port: number;
  log: Log;
  /** False only in tests: a power failure may then lose all data. */
  durable?: boolean;
}>;

export type EmbeddedPostgres = Readonly<{
  url: string;
  port: number;
  stop(): Promise<void>;
  /** Returns the postmaster's current process id. It changes when the server is started again. */
  pid(): number;
}>;

/**
 * Starts PostgreSQL, or takes over the server that a killed process left running. Keeps the server running until
 * `stop`.
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return startPostgresIn(await findPlace(options.dataDir), options);
}

/** Starts PostgreSQL on the data of this place. */
export async function startPostgresIn(
  place: PostgresPlace,
  options: Omit<EmbeddedPostgresOptions, 'dataDir'>,
): Promise<EmbeddedPostgres> {
  const password = await prepareCluster(place, options.durable ?? true);
  const server = new SupervisedServer(place, password, options.log);
  const port = await server.start(options.port);
  return {
    url: connectionUrl(password, port, clusterName),
    port,
    stop: () => server.stop(),
    pid: () => server.pid,
  };
}

/** Returns the URL of a database of the embedded server. */
export function connectionUrl(password: string, port: number, database: string): string {
  return `postgresql://${clusterName}:${password}@127.0.0.1:${port}/${database}`;
}

class SupervisedServer {
  pid = 0;
  readonly #place: PostgresPlace;
  readonly #password: string;
  readonly #log: Log;
  #stopping = false;
  #recovery: Promise<void> = Promise.resolve();

  constructor(place: PostgresPlace, password: string, log: Log) {
    this.#place = place;
    this.#password = password;
    this.#log = log;
  }

  async start(wantedPort: number): Promise<number> {
    const running = await findRunning(dataOf(this.#place));
    const adopted = running ? await this.#adopt(running, wantedPort) : undefined;
    if (adopted !== undefined) return adopted;
    return this.#startAfresh(wantedPort);
  }

  /**
   * Takes over a running server and returns its port. Stops the server and returns undefined when it cannot be used.
   */
  async #adopt(running: RunningServer, wantedPort: number): Promise<number | undefined> {
    const session = await this.#connect(running.port, () => isAlive(running.pid));
    if (session && (wantedPort === 0 || wantedPort === running.port)) {
      this.#watch(session, running);
      this.#log.info({ pid: running.pid, port: running.port }, 'PostgreSQL was still running and is used again');
      return running.port;
    }
    await session?.close();
    await shutDown(running.pid);
    return undefined;
  }

  async #startAfresh(wantedPort: number): Promise<number> {
    const startedAt = performance.now();
    for (;;) {
      const port = await freePort(wantedPort);
      await clearOrphans(dataOf(this.#place));
      const { child, ended, said } = await spawnPostmaster(this.#place, port);
      let alive = true;
      void ended.then(() => {
        alive = false;
      });
      const session = await this.#connect(port, () => alive);
      if (session && child.pid !== undefined) {
        this.#watch(session, { pid: child.pid, port });
        return port;
      }
      const words = await said();
      const elsewhere = await findRunning(dataOf(this.#place));
      // Another process may have started a server in the meantime. `#adopt` takes it over, or throws when that process
      // supervises it.
      const adopted = elsewhere ? await this.#adopt(elsewhere, wantedPort) : undefined;
      if (adopted !== undefined) return adopted;
      const passing = /Address already in use|shared memory block|lock file .* already exists/.test(words);
      if (!passing || performance.now() - startedAt > 30_000) {
        throw explain(words, this.#place.folder) ?? new StartError(`PostgreSQL does not start: ${lastLine(words)}`);
      }
      await pause(200);
    }
  }

  /**
   * Opens a session that holds the supervisor's lock. Returns undefined when the server ended or never answered. Throws
   * a StartError when another process holds the lock.
   */
  async #connect(port: number, isServerAlive: () => boolean): Promise<SupervisorSession | undefined> {
    const adminUrl = connectionUrl(this.#password, port, 'postgres');
    let silentSince = performance.now();
    let supervisedSince = Number.POSITIVE_INFINITY;
    while (isServerAlive()) {
      const opened = await openSupervisorSession(adminUrl, clusterName);
      if (opened.kind === 'open') return opened.session;
      const now = performance.now();
      if (opened.kind === 'recovering') silentSince = now;
      if (opened.kind === 'supervised') {
        // The server may need a moment to notice that its last supervisor was killed.
        supervisedSince = Math.min(supervisedSince, now);
        if (now - supervisedSince > 3000) throw alreadyRunning(opened.by, dataOf(this.#place));
      }
      const refusal = opened.kind === 'unreachable' ? explain(opened.reason, this.#place.folder) : undefined;
      if (refusal) throw refusal;
      if (now - silentSince > 20_000) return undefined;
      await pause(30);
    }
    return undefined;
  }

  /**
   * Starts the server again when the session ends. PostgreSQL closes this idle session only when it stops or restarts,
   * and then at once.
   */
  #watch(session: SupervisorSession, server: RunningServer): void {
    this.pid = server.pid;
    session.onEnd(() => {
      if (!this.#stopping) this.#recovery = this.#recover(server.port);
    });
  }

  async #recover(port: number): Promise<void> {
    const oldPid = this.pid;
    this.#log.warn({ pid: oldPid, port }, 'PostgreSQL stopped unexpectedly and is started again');
    for (let waitMs = 100; !this.#stopping; waitMs = Math.min(waitMs * 2, 5000)) {
      try {
        await this.start(port);
        this.#log.info({ pid: this.pid, port }, 'PostgreSQL runs again');
        return;
      } catch (error) {
        this.#log.error({ err: error }, 'PostgreSQL could not be started again yet');
        await pause(waitMs);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#recovery;
    await shutDown(this.pid);
  }
}

function alreadyRunning(holder: string, data: string): StartError {
  return new StartError(`Ringback is already running here: process ${holder} uses the database in ${data}.`);
}

/** Returns the wanted port, or any free one for 0. Throws a StartError when the port cannot be used. */
async function freePort(wanted: number): Promise<number> {
  const probe = await probePort('127.0.0.1', wanted);
  if (probe.kind === 'free') return probe.port;
  throw new StartError(
    `Port ${wanted}, which PostgreSQL was to use, ${probe.kind === 'taken' ? 'is taken' : 'may not be used by this user'}. ` +
      'Set RINGBACK_POSTGRES_PORT to another one, or leave it unset for any free port.',
  );
}
