import { Command } from 'commander';
import { ConfigError, loadEnvFile, readConfig, requireServerConfig, setDefault } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { tellParent } from './child.ts';
import { runUntilTold } from './run-until-told.ts';
import { StartError } from './start-error.ts';

// Each command loads only what it needs: `generate` runs before the code that the others import exists.
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
    const { up } = await import('./up.ts');
    const { config, log } = settings();
    await up(config, log, { build });
  });

program
  .command('web')
  .description('run the API and the dashboard')
  .action(async () => {
    const { config, log } = settings();
    const { runWeb } = await import('#src/server/main.ts');
    await runUntilTold(() => runWeb(requireServerConfig(config), log));
  });

program
  .command('worker')
  .description('run jobs and deliveries')
  .action(async () => {
    const { config, log } = settings();
    const { runWorker } = await import('#src/worker/main.ts');
    await runUntilTold(() => runWorker(requireServerConfig(config), log));
  });

program
  .command('demo')
  .description('start everything and run two jobs before your eyes')
  .action(async () => {
    const { runDemo } = await import('./demo.ts');
    await runDemo();
  });

program
  .command('migrate')
  .description("bring the database's tables up to date")
  .option('--create <name>', 'for development: write a new migration from what changed in prisma/schema.prisma')
  .action(async ({ create }: { create?: string }) => {
    const { migrateCommand } = await import('./migrate-command.ts');
    const { config, log } = settings();
    await migrateCommand(config, log, create);
  });

program
  .command('build')
  .description('build the dashboard and the client package, unless they are newer than the sources')
  .action(async () => {
    const { build } = await import('./build.ts');
    await build();
  });

program
  .command('generate')
  .description('write the database client from prisma/schema.prisma, unless it is newer')
  .action(async () => {
    const { generate } = await import('./generate.ts');
    await generate();
  });

try {
  loadEnvFile();
  setDefault('RINGBACK_LOG_FORMAT', process.stdout.isTTY ? 'pretty' : 'json');
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  // Nothing but a person can help; a parent that starts us again would only repeat this.
  await tellParent({ kind: 'refused', message: error.message });
  console.error(error.message);
  process.exit(1);
}
