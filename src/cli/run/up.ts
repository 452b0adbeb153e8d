import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from '#src/cli/build/build.ts';
import { startErrorOf } from '#src/cli/failure/explain-failure.ts';
import { migrateDatabase } from '#src/cli/migrate/migrate-database.ts';
import { type EmbeddedPostgres, startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { makeWritable } from '#src/cli/postgres/postgres-place.ts';
import { type Config, childEnvironment, readConfig, requireServerConfig } from '#src/config.ts';
import type { Log } from '#src/log.ts';
import { reportDeadWorker } from '#src/store/worker/workers.ts';
import { makeFirstCredentials } from './first-credentials.ts';
import { greeting } from './greeting.ts';
import { KeptChild } from './kept-child.ts';
import { findWebPort } from './own-port.ts';
import { provideSecrets } from './secrets.ts';
import { StopSignal } from './stop-signal.ts';

/**
 * `build`: build the dashboard first if it is missing or outdated. Without it the last build is used, or only the API
 * runs.
 */
type UpOptions = Readonly<{ build: boolean }>;
type Changes = Readonly<Record<string, string>>;
type System = {
  readonly log: Log;
  readonly stop: StopSignal;
  postgres?: Promise<EmbeddedPostgres>;
  web?: KeptChild;
  worker?: KeptChild;
  exitCode: number;
};

const mainScript = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Runs all of Ringback until a stop is requested. */
export async function up(config: Config, log: Log, options: UpOptions): Promise<void> {
  const system: System = { log, stop: new StopSignal(), exitCode: 0 };
  system.stop.listen();
  system.stop.onInsist = () => {
    system.worker?.kill();
    system.web?.kill();
    system.exitCode = 130;
  };
  const started = startAll(system, config, options);
  try {
    await Promise.race([started, system.stop.given]);
    await system.stop.given;
  } catch (error) {
    // A step that a Ctrl-C has ended early has not failed.
    if (!system.stop.isGiven) {
      await stopAll(system, config);
      throw startErrorOf(error, config);
    }
  }
  started.catch(() => undefined);
  await stopAll(system, config);
  process.exit(system.exitCode);
}

async function startAll(system: System, config: Config, options: UpOptions): Promise<void> {
  const { log, stop } = system;
  const port = await findWebPort(config);
  const databaseUrl = config.databaseUrl ?? (await startDatabase(system, config));
  // What can be wrong with its files is said before the migrations and the build, which take their time.
  await makeWritable(config.dataDir);
  const changes: Changes = {
    ...(await provideSecrets(config)),
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    NODE_ENV: 'production',
  };
  const settled = requireServerConfig(readConfig(childEnvironment(changes)));
  const applied = await migrateDatabase(databaseUrl);
  if (applied.length > 0) log.info({ applied }, 'migrations applied');
  if (options.build) await buildDashboard(log);
  const credentials = await makeFirstCredentials(settled, log);
  if (stop.isGiven) return;
  startChildren(system, changes, databaseUrl);
  await Promise.all([system.web?.ready, system.worker?.ready]);
  if (!stop.isGiven)
    console.log(greeting(credentials, { showSecrets: process.stdout.isTTY ?? false, dev: settled.dev }));
}

async function startDatabase(system: System, config: Config): Promise<string> {
  const { log } = system;
  // The promise is kept, because a stop during the start must wait for the server and then stop it too.
  system.postgres = startPostgres({ dataDir: config.dataDir, port: config.postgresPort, log });
  const { url, port } = await system.postgres;
  log.info({ port, dataDir: config.dataDir }, 'PostgreSQL runs');
  return url;
}

async function buildDashboard(log: Log): Promise<void> {
  if (!(await isBuilt())) log.info('building the dashboard, which takes a moment and is done once');
  await build();
}

function startChildren(system: System, changes: Changes, databaseUrl: string): void {
  const { log, stop } = system;
  const common = {
    log,
    script: mainScript,
    onRefused: () => {
      system.exitCode = 1;
      stop.give();
    },
  };
  system.web = new KeptChild({
    ...common,
    name: 'web',
    args: ['web'],
    environment: () => childEnvironment(changes),
    onDeath: async () => undefined,
  });
  let workerId = '';
  system.worker = new KeptChild({
    ...common,
    name: 'worker',
    args: ['worker'],
    environment: () => {
      workerId = randomUUID();
      return childEnvironment({ ...changes, RINGBACK_WORKER_ID: workerId });
    },
    onDeath: () => reportDeath(databaseUrl, workerId),
  });
}

/**
 * Reports a dead worker, so that another one takes over its jobs now, before its silence is noticed. Tries again,
 * because the database may be starting too.
 */
async function reportDeath(databaseUrl: string, workerId: string): Promise<void> {
  for (let triesLeft = 20; ; triesLeft -= 1) {
    try {
      await reportDeadWorker(databaseUrl, workerId);
      return;
    } catch (error) {
      if (triesLeft === 0) throw error;
      await pause(250);
    }
  }
}

/** Stops the worker first: it finishes its jobs while web still accepts requests. Stops PostgreSQL last. */
async function stopAll({ log, stop, worker, web, postgres }: System, config: Config): Promise<void> {
  if (stop.isGiven) log.info('stopping; a second signal stops at once');
  await worker?.stop(config.workerDrainSeconds * 1000 + 5000);
  await web?.stop(10_000);
  const server = await postgres?.catch(() => undefined);
  await server?.stop();
}
