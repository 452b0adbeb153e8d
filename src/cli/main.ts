import { Command, Option } from 'commander';
import type { QuotaOptions } from '#src/cli/quota/quotas-command.ts';
import { loadEnvFile } from '#src/cli/run/env-file.ts';
import { addCommands } from '#src/command/add-commands.ts';
import { CommandError } from '#src/command/command-error.ts';
import { prepareProgram, runProgram } from '#src/command/run-program.ts';
import { ConfigError, readConfig, setDefault } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { StartError } from './start-error.ts';

// Each command imports only what it needs: no command waits for the packages of another.
const program = prepareProgram(new Command('ringback').description('Submit a fetch, hang up, and get rung back.'));

/** Wrong settings end the commands that call a server as a wrong use of theirs does: 1 says that a job has failed. */
function urlOfSettings(): string {
  try {
    return readConfig().url;
  } catch (error) {
    throw error instanceof ConfigError ? new CommandError(error.message) : error;
  }
}

function settings() {
  const config = readConfig();
  return { config, log: makeLog(config) };
}

program
  .command('up')
  .description('run everything: PostgreSQL (unless DATABASE_URL is set), migrations, web and worker')
  .option('--dev', 'for development: jobs may reach targets on this machine')
  .option('--no-build', 'do not build the dashboard; run it as it was built last, or the API alone')
  .action(async ({ dev, build }: { dev?: boolean; build: boolean }) => {
    if (dev) setDefault('RINGBACK_DEV', 'true');
    const { up } = await import('#src/cli/run/up.ts');
    const { config, log } = settings();
    await up(config, log, { build });
  });

program
  .command('web')
  .description('run the API and the dashboard')
  .action(async () => {
    const { config, log } = settings();
    const { runServerProcess } = await import('#src/cli/run/run-server-process.ts');
    const { webPlace } = await import('#src/cli/run/own-port.ts');
    const { runWeb } = await import('#src/server/web-process.ts');
    await runServerProcess(config, webPlace, (complete) => runWeb(complete, log));
  });

program
  .command('worker')
  .description('run jobs and deliveries')
  .action(async () => {
    const { config, log } = settings();
    const { runServerProcess } = await import('#src/cli/run/run-server-process.ts');
    const { workerPlace } = await import('#src/cli/run/own-port.ts');
    const { runWorker } = await import('#src/worker/worker-process.ts');
    await runServerProcess(config, workerPlace, (complete) => runWorker(complete, log));
  });

program
  .command('demo')
  .description('start everything and run two jobs before your eyes')
  .action(async () => {
    const { runDemo } = await import('#src/cli/demo/demo.ts');
    await runDemo();
  });

addCommands(program, { lastUrl: urlOfSettings });

program
  .command('migrate')
  .description("bring the database's tables up to date")
  .option('--create <name>', 'for development: write a new migration from what changed in prisma/schema.prisma')
  .addOption(
    new Option(
      '--check',
      'change nothing; exit with 0: up to date, 1: this would be applied, 2: newer, or not reached, 3: stop older processes first',
    ).conflicts('create'),
  )
  .action(async ({ create, check }: { create?: string; check?: boolean }) => {
    if (check) {
      const { checkMigrations } = await import('#src/cli/migrate/migrate-check.ts');
      const { text, exitCode } = await checkMigrations(process.env);
      (exitCode === 2 ? console.error : console.log)(text);
      process.exitCode = exitCode;
      return;
    }
    const { migrateCommand } = await import('#src/cli/migrate/migrate-command.ts');
    const { config, log } = settings();
    await migrateCommand(config, log, create);
  });

program
  .command('doctor')
  .description(
    'check this installation: settings, database, keys, workers, backlog; exits with 1 if there is a problem',
  )
  .option(
    '--host <name>',
    'a name that must resolve; may be repeated',
    (name: string, names: string[]) => [...names, name],
    [],
  )
  .option('--json', 'print JSON')
  .action(async (options: { host: string[]; json?: boolean }) => {
    const { doctor } = await import('#src/cli/doctor/doctor.ts');
    process.exitCode = await doctor(options);
  });

program
  .command('backup')
  .description('write all rows of the embedded database, as they are now, into a new file; beside "up" too')
  .argument('<file>', 'the file, such as ringback.backup')
  .action(async (file: string) => {
    const { backup } = await import('#src/cli/backup/backup.ts');
    const { config, log } = settings();
    await backup(config, log, file, console.log);
  });

program
  .command('restore')
  .description('make the embedded database what it was at the time of a backup; Ringback must be stopped')
  .argument('<file>', 'a file of "ringback backup"')
  .option('--force', 'put it in the place of a database that is there, whose folder is kept under another name')
  .option('--without-keys', 'go on although the encryption keys that the backup needs are not here')
  .action(async (file: string, { force = false, withoutKeys = false }: { force?: boolean; withoutKeys?: boolean }) => {
    const { restore } = await import('#src/cli/backup/restore.ts');
    const { config, log } = settings();
    await restore(config, log, file, { force, withoutKeys, say: console.log });
  });

program
  .command('export')
  .description('write the settings of a project into a new file, its secrets sealed by a passphrase or left out')
  .argument('<project>', 'its id or its name')
  .argument('<file>', 'the file, such as shop.export')
  .option('--passphrase-file <file>', 'a file with the passphrase; else RINGBACK_EXPORT_PASSPHRASE')
  .option('--without-secrets', 'leave all secrets out: what is imported is paused until somebody has set them anew')
  .action(async (project: string, file: string, options: { passphraseFile?: string; withoutSecrets?: boolean }) => {
    const { exportCommand } = await import('#src/cli/move/move-project.ts');
    await exportCommand(process.env, { project, file, ...options }, console.log);
  });

program
  .command('import')
  .description('store an exported project in this installation, under the same ids; all of it or nothing')
  .argument('<file>', 'a file of "ringback export"')
  .option('--passphrase-file <file>', 'a file with the passphrase; else RINGBACK_EXPORT_PASSPHRASE')
  .option('--owner <email>', 'a person of this installation who becomes its owner')
  .option('--dry-run', 'try everything and change nothing')
  .action(async (file: string, options: { passphraseFile?: string; owner?: string; dryRun?: boolean }) => {
    const { importCommand } = await import('#src/cli/move/move-project.ts');
    const { passphraseFile, owner = null, dryRun = false } = options;
    await importCommand(process.env, { file, passphraseFile, owner, dryRun }, console.log);
  });

program
  .command('quotas')
  .description('show the quotas of a project and where they stand, and set those that are given; "none": no limit')
  .argument('<project>', 'its id or its name')
  .option('--open-jobs <number>', 'jobs that have not ended, at once')
  .option('--jobs-per-hour <number>', 'jobs accepted in an hour, UTC')
  .option('--jobs-per-day <number>', 'jobs accepted in a day, UTC')
  .option('--stored-bytes <number>', 'bytes of bodies and results')
  .action(async (project: string, options: QuotaOptions) => {
    const { quotasCommand } = await import('#src/cli/quota/quotas-command.ts');
    await quotasCommand(process.env, { project, options }, console.log);
  });

program
  .command('keys')
  .description('encryption keys')
  .command('rotate')
  .description(
    'encrypt everything anew that an older key of RINGBACK_ENCRYPTION_KEYS has encrypted; beside web and workers',
  )
  .option('--check', 'change nothing; count what each key has encrypted, and exit with 1 if something is left')
  .action(async ({ check }: { check?: boolean }) => {
    const { keysRotate } = await import('#src/cli/keys/keys-rotate.ts');
    process.exitCode = await keysRotate(process.env, { check, say: console.log });
  });

program
  .command('egress')
  .description('look at what jobs may reach')
  .command('check <urls...>')
  .description(
    'say where each URL leads and whether jobs may go there, and connect to it; exits with 1 if one is refused, 3 if one is not reached',
  )
  .option('--follow', 'send a GET to each, and check where it redirects to')
  .option('--json', 'print JSON')
  .action(async (urls: string[], options: { follow?: boolean; json?: boolean }) => {
    const { egressCheck } = await import('#src/cli/egress/egress-command.ts');
    process.exitCode = await egressCheck(urls, options);
  });

program
  .command('build')
  .description('build the dashboard and the client package, unless they are newer than the sources')
  .action(async () => {
    const { build } = await import('#src/cli/build/build.ts');
    await build();
  });

program
  .command('pack')
  .description(
    'for development: make the packages ringback and @ringback/client in dist/release, as they are published',
  )
  .action(async () => {
    const { packRelease } = await import('#src/cli/build/pack-server.ts');
    for (const file of await packRelease()) console.log(file);
  });

program
  .command('generate')
  .description('for development: write the database client from prisma/schema.prisma, by a command that npm fetches')
  .action(async () => {
    const { generate } = await import('#src/cli/build/generate.ts');
    await generate();
  });

// Of a command that has not begun, 1 would say to scripts that a job has failed or that a migration waits.
let exitCode = 2;
try {
  loadEnvFile();
  exitCode = 1;
  setDefault('RINGBACK_LOG_FORMAT', process.stdout.isTTY ? 'pretty' : 'json');
  await runProgram(program);
} catch (error) {
  const { tellFailure } = await import('#src/cli/failure/tell-failure.ts');
  await tellFailure(error);
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(exitCode);
}
