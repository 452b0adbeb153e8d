import { Command } from 'commander';
import type { ListenOptions } from '#src/cli/listen/listen.ts';
import type { TriggerOptions } from '#src/cli/listen/trigger.ts';
import { tellParent } from '#src/cli/run/child.ts';
import { runUntilTold } from '#src/cli/run/run-until-told.ts';
import { ConfigError, loadEnvFile, readConfig, requireServerConfig, setDefault } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { StartError } from './start-error.ts';

// Each command imports only what it needs: no command waits for the packages of another.
const program = new Command('ringback').description('Submit a fetch, hang up, and get rung back.');

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
    const { runWeb } = await import('#src/server/web-process.ts');
    await runUntilTold(() => runWeb(requireServerConfig(config), log));
  });

program
  .command('worker')
  .description('run jobs and deliveries')
  .action(async () => {
    const { config, log } = settings();
    const { runWorker } = await import('#src/worker/worker-process.ts');
    await runUntilTold(() => runWorker(requireServerConfig(config), log));
  });

program
  .command('demo')
  .description('start everything and run two jobs before your eyes')
  .action(async () => {
    const { runDemo } = await import('#src/cli/demo/demo.ts');
    await runDemo();
  });

program
  .command('listen')
  .description("receive a project's events here and forward them to an app on this machine, without a tunnel")
  .requiredOption('--forward <url>', 'required: where to post them, like http://localhost:3001/hooks')
  .option('--url <url>', "Ringback's URL (default: RINGBACK_URL, or the one of .ringback/credentials.json)")
  .option(
    '--api-key <key>',
    'a key with the scope callbacks:admin (default: RINGBACK_API_KEY, or that of the same file)',
  )
  .option('--events <types>', 'with commas between them (default: the ends of jobs; job.*: all of jobs)')
  .action(async (options: ListenOptions) => {
    const { listenCommand } = await import('#src/cli/listen/listen.ts');
    await listenCommand(options);
  });

program
  .command('trigger')
  .description('send a signed sample event to those who listen, to an endpoint, or straight to a URL')
  .argument('<event>', 'like job.completed')
  .option('--to <url>', 'post it straight to this URL')
  .option(
    '--secret <whsec>',
    'what signs it with --to (default: RINGBACK_WEBHOOK_SECRET, or .ringback/credentials.json)',
  )
  .option('--endpoint <name>', 'send it to this endpoint')
  .option('--url <url>', "Ringback's URL, as for listen")
  .option('--api-key <key>', 'as for listen')
  .action(async (type: string, options: TriggerOptions) => {
    const { triggerCommand } = await import('#src/cli/listen/trigger.ts');
    await triggerCommand(type, options);
  });

program
  .command('migrate')
  .description("bring the database's tables up to date")
  .option('--create <name>', 'for development: write a new migration from what changed in prisma/schema.prisma')
  .action(async ({ create }: { create?: string }) => {
    const { migrateCommand } = await import('#src/cli/run/migrate-command.ts');
    const { config, log } = settings();
    await migrateCommand(config, log, create);
  });

program
  .command('build')
  .description('build the dashboard and the client package, unless they are newer than the sources')
  .action(async () => {
    const { build } = await import('#src/cli/build/build.ts');
    await build();
  });

program
  .command('generate')
  .description('for development: write the database client from prisma/schema.prisma, by a command that npm fetches')
  .action(async () => {
    const { generate } = await import('#src/cli/build/generate.ts');
    await generate();
  });

try {
  loadEnvFile();
  setDefault('RINGBACK_LOG_FORMAT', process.stdout.isTTY ? 'pretty' : 'json');
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  // Only the user can fix this error. The parent must know this, or it would start this process again in vain.
  await tellParent({ kind: 'refused', message: error.message });
  console.error(error.message);
  process.exit(1);
}
