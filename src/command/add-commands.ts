import type { Command } from 'commander';
import type { ListOptions, SubmitOptions, WaitOptions } from '#src/command/job/job-commands.ts';
import { addRequestOptions, collect } from '#src/command/job/request-options.ts';
import type { SimulateOptions } from '#src/command/job/simulate-command.ts';
import type { ListenOptions } from '#src/command/listen/listen.ts';
import type { EventRecord } from '#src/command/listen/listen-line.ts';
import type { TriggerOptions } from '#src/command/listen/trigger.ts';
import { exitCodes } from './command-error.ts';
import type { ConnectionOptions } from './find-connection.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** What the server's program knows of itself: the URL of its own Ringback. It may throw for wrong settings. */
export type Program = Readonly<{ lastUrl?: () => string }>;

type Run = (command: (terminal: Terminal, given: ConnectionOptions) => Promise<number>) => Promise<void>;

/**
 * Adds the commands that need nothing but a Ringback somewhere. The client package's program has only these; the
 * server's has its own beside them. Each command imports only what it needs.
 */
export function addCommands(program: Command, { lastUrl }: Program = {}): void {
  const run: Run = async (command) => {
    process.exitCode = await command(openTerminal(), { lastUrl: lastUrl?.() });
  };
  addWrites(program, run);
  addReads(program, run);
  addSimulate(program);
  addListening(program, run);
}

function addWrites(program: Command, run: Run): void {
  const submit = program
    .command('submit')
    .description('submit a request; prints the job’s id, or with --wait the body of its result')
    .argument('<url>', 'the URL to request');
  waits(calls(addRequestOptions(submit)))
    .option('--wait', 'wait for the end, with changes on stderr')
    .action((url: string, options: SubmitOptions) =>
      run(async (terminal, given) => {
        const { submitCommand } = await import('#src/command/job/job-commands.ts');
        return submitCommand(url, { ...given, ...options }, terminal);
      }),
    );
  const rerun = program
    .command('rerun')
    .description('run an ended job again as a new one, with what the options change')
    .argument('<id>', 'the job, job_…')
    .option('--to <target>', 'another URL to request');
  waits(calls(addRequestOptions(rerun)))
    .option('--wait', 'wait for the end, with changes on stderr')
    .action((id: string, options: SubmitOptions & { to?: string }) =>
      run(async (terminal, given) => {
        const { rerunCommand } = await import('#src/command/job/job-commands.ts');
        return rerunCommand(id, { ...given, ...options }, terminal);
      }),
    );
  calls(program.command('cancel').description('cancel a job').argument('<id>', 'the job, job_…')).action(
    (id: string, options: WaitOptions) =>
      run(async (terminal, given) => {
        const { cancelCommand } = await import('#src/command/job/job-commands.ts');
        return cancelCommand(id, { ...given, ...options }, terminal);
      }),
  );
}

function addReads(program: Command, run: Run): void {
  calls(program.command('get').description('show a job').argument('<id>', 'the job, job_…'))
    .option('--attempts', 'with its attempts, and why each was followed by what')
    .option('--body', 'print only the body of its result')
    .action((id: string, options: WaitOptions & { attempts?: boolean; body?: boolean }) =>
      run(async (terminal, given) => {
        const { getCommand } = await import('#src/command/job/job-commands.ts');
        return getCommand(id, { ...given, ...options }, terminal);
      }),
    );
  const wait = program
    .command('wait')
    .description('wait until a job has ended, and print the body of its result')
    .argument('<id>', 'the job, job_…');
  waits(calls(wait)).action((id: string, options: WaitOptions) =>
    run(async (terminal, given) => {
      const { waitCommand } = await import('#src/command/job/job-commands.ts');
      return waitCommand(id, { ...given, ...options }, terminal);
    }),
  );
  calls(program.command('list').description('list jobs, newest first'))
    .option('--state <state>', 'such as failed; may be repeated', collect)
    .option('--label <text>', 'jobs with this label')
    .option('--host <name>', 'jobs for this host')
    .option('--status <status>', 'the last answer: 404, 5xx, timeout')
    .option('--method <method>', 'jobs with this method')
    .option('--callback <state>', 'a delivery of it is so, such as failed, or none; may be repeated', collect)
    .option('--endpoint <name>', 'a delivery of it goes to this endpoint')
    .option('--operation <id>', 'made or cancelled by this operation')
    .option('--attempts-min <number>', 'at least so many attempts')
    .option('--attempts-max <number>', 'at most so many attempts')
    .option('--duration-min <duration>', 'ended jobs that took at least so long, such as 5s')
    .option('--duration-max <duration>', 'ended jobs that took at most so long')
    .option('--metadata <path=value>', 'a value in its metadata, such as customer.id=42; may be repeated', collect)
    .option('--upstream <name>', 'jobs for this upstream')
    .option('--key <name>', 'jobs of the API key with this name')
    .option('--flow <key>', 'jobs of this flow')
    .option('--text <text>', 'a part of the URL or of a label')
    .option('--from <time>', 'created at or after this time, in ISO 8601')
    .option('--to <time>', 'created before this time')
    .option('--rerun-of <id>', 'jobs that ran this one again')
    .option('--limit <number>', 'how many, 1 – 100 (default: 20)')
    .option('--cursor <cursor>', 'older ones, from the end of the last list')
    .action((options: ListOptions) =>
      run(async (terminal, given) => {
        const { listCommand } = await import('#src/command/job/job-commands.ts');
        return listCommand({ ...given, ...options }, terminal);
      }),
    );
}

function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('say what a retry policy does with outcomes, without sending anything')
    .argument('<outcomes...>', 'like 503 timeout 429 200, or JSON of a response: {"status":429,"headers":{…}}')
    .option('--retry <policy>', 'a preset such as openai, or rules as JSON or @file')
    .option('-X, --request <method>', 'the method (default: GET)')
    .option('--timeout <duration>', 'the time limit of an attempt')
    .option('--max-attempts <number>', 'the most attempts')
    .option('--fields <json>', 'other fields of a submission, as JSON or @file')
    .option('--json', 'print JSON')
    .action(async (outcomes: string[], options: SimulateOptions) => {
      const { simulateCommand } = await import('#src/command/job/simulate-command.ts');
      process.exitCode = await simulateCommand(outcomes, options, openTerminal());
    });
}

function addListening(program: Command, run: Run): void {
  calls(program.command('listen'))
    .description("receive a project's events here and forward them to an app on this machine, without a tunnel")
    .requiredOption('--forward <target>', 'required: where to post them, like http://localhost:3001/hooks')
    .option('--events <types>', 'with commas between them (default: the ends of jobs; job.*: all of jobs)')
    .action((options: ListenOptions & { json?: boolean }) =>
      run(async ({ print, say, signal }, given) => {
        const { listen } = await import('#src/command/listen/listen.ts');
        const inJson = { print: say, show: (event: EventRecord) => print(JSON.stringify(event)), signal };
        await listen({ ...given, ...options }, options.json ? inJson : { print, signal });
        return exitCodes.done;
      }),
    );
  calls(program.command('trigger'))
    .description('send a signed sample event to those who listen, to an endpoint, or straight to a URL')
    .argument('<event>', 'like job.completed')
    .option('--to <target>', 'post it straight to this URL')
    .option(
      '--secret <whsec>',
      'what signs it with --to (default: RINGBACK_WEBHOOK_SECRET, or .ringback/credentials.json)',
    )
    .option('--endpoint <name>', 'send it to this endpoint')
    .action((type: string, options: TriggerOptions) =>
      run(async ({ print }, given) => {
        const { trigger } = await import('#src/command/listen/trigger.ts');
        return (await trigger(type, { ...given, ...options }, print)) ? exitCodes.done : exitCodes.failed;
      }),
    );
}

/** Adds the options of a command that calls Ringback. */
function calls(command: Command): Command {
  return command
    .option('--url <url>', "Ringback's URL (default: RINGBACK_URL, or the one of .ringback/credentials.json)")
    .option('--api-key <key>', 'the API key (default: RINGBACK_API_KEY, or that of the same file)')
    .option('--json', 'print JSON');
}

/** Adds the options of a command that waits. */
function waits(command: Command): Command {
  return command
    .option('-q, --quiet', 'say nothing while waiting')
    .option('--max-wait <duration>', 'stop waiting after this time, like 5m; the job goes on');
}
