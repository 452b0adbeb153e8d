import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Counts,
  countExit,
  countPlaywright,
  countVitest,
  type StepResult,
  summarise,
  total,
} from '#test/support/report.ts';

type Command = [name: string, ...args: string[]];
type Step = {
  name: string;
  /** One after the other, until one fails. */
  commands: Command[];
  /** What reads the report at `reportFile`; a step without one is one test. */
  count?: (json: string | null, exitCode: number) => Counts;
  /** Pointless when that one has failed. */
  needs?: string;
};

const root = path.dirname(import.meta.dirname);
const scratch = mkdtempSync(path.join(tmpdir(), 'ringback-test-'));
const steps: Step[] = [
  { name: 'format', commands: [['biome', 'ci', '--error-on-warnings', '.']] },
  {
    name: 'types',
    commands: [
      ['next', 'typegen'],
      ['tsc', '--noEmit', '-p', '.'],
    ],
  },
  { name: 'walls', commands: [['node', 'test/support/walls/walls.ts']] },
  { name: 'unit', commands: [vitest('unit')], count: countVitest },
  { name: 'integration', commands: [vitest('integration')], count: countVitest },
  { name: 'build', commands: [['node', 'src/cli/ringback.mjs', 'build']] },
  {
    name: 'browser',
    commands: [['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--reporter', 'list,json']],
    count: countPlaywright,
    needs: 'build',
  },
];

let running: ChildProcess | null = null;
let interrupted = false;

function vitest(project: string): Command {
  const reporters = ['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${reportFile(project)}`];
  return ['vitest', 'run', '--config', 'test/vitest.config.ts', '--project', project, ...reporters];
}

function reportFile(name: string): string {
  return path.join(scratch, `${name}.json`);
}

function environment(name: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    NEXT_TELEMETRY_DISABLED: '1',
    PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile(name),
  };
}

function execute([command, ...args]: Command, env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    // A group of its own, so that stopping it also stops what it has started.
    const onWindows = process.platform === 'win32';
    running = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: !onWindows,
      shell: onWindows,
    });
    running.on('error', (error) => {
      console.error(`${command} cannot be started: ${error.message}`);
      resolve(1);
    });
    running.on('close', (code) => resolve(code ?? 1));
  });
}

function signalRunning(signal: NodeJS.Signals): void {
  if (!running?.pid || running.exitCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? running.pid : -running.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The first time the runners may clean up after themselves; the second time, or after 10 s, it ends at once. */
function interrupt(): void {
  signalRunning(interrupted ? 'SIGKILL' : 'SIGINT');
  interrupted = true;
  setTimeout(() => signalRunning('SIGKILL'), 10_000).unref();
}

async function runStep(step: Step): Promise<StepResult> {
  console.log(`\n── ${step.name}`);
  const began = performance.now();
  let exitCode = 0;
  for (const command of step.commands) {
    if (exitCode === 0) exitCode = await execute(command, environment(step.name));
  }
  const file = reportFile(step.name);
  const counts = step.count?.(existsSync(file) ? readFileSync(file, 'utf8') : null, exitCode) ?? countExit(exitCode);
  return { name: step.name, ...counts, seconds: (performance.now() - began) / 1000 };
}

function selected(only: string | undefined): Step[] {
  if (only === undefined) return steps;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(`No step is named ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}.`);
  }
  return steps.filter((step) => names.includes(step.name));
}

async function main(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < 24) {
    throw new Error(`This is Node ${process.versions.node}: say "npm test", which brings Node 24 along.`);
  }
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const results: StepResult[] = [];
  for (const step of selected(values.only)) {
    if (interrupted) break;
    if (results.some((result) => result.name === step.needs && result.failed > 0)) {
      console.log(`\n── ${step.name}: not run, ${step.needs} has failed`);
      results.push({ name: step.name, passed: 0, failed: 1, skipped: 0, seconds: 0 });
    } else {
      results.push(await runStep(step));
    }
  }
  const { passed, failed } = total(results);
  process.exitCode = interrupted ? 130 : failed > 0 || passed === 0 ? 1 : 0;
  console.log(summarise(results));
}

process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
