import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  countExit,
  type Reading,
  readPlaywright,
  readVitest,
  type StepResult,
  summarise,
  total,
} from '#test/support/report.ts';
import { type Command, execute, interrupt, isInterrupted, say } from '#test/support/run-commands.ts';

type Step = {
  name: string;
  /** Steps that must have ended before, where they are run at all; all others may run beside it. */
  after: string[];
  /** One after the other, until one fails. */
  commands: Command[];
  /** What reads the report at `reportFile`; a step without one is one test. */
  reading?: Reading;
  /** Pointless when that one has failed. */
  needs?: string;
};

const root = path.dirname(import.meta.dirname);
const scratch = mkdtempSync(path.join(tmpdir(), 'ringback-test-'));
const steps: Step[] = [
  { name: 'format', after: [], commands: [['biome', 'ci', '--error-on-warnings', '.']] },
  {
    name: 'types',
    after: ['format'],
    commands: [
      ['next', 'typegen'],
      ['tsc', '--noEmit', '-p', '.'],
    ],
  },
  { name: 'walls', after: ['types'], commands: [['node', 'test/support/walls/walls.ts']] },
  { name: 'unit', after: ['walls'], commands: [vitest('unit')], reading: readVitest },
  { name: 'integration', after: ['walls', 'unit'], commands: [vitest('integration')], reading: readVitest },
  { name: 'build', after: ['walls'], commands: [['node', 'src/cli/ringback.mjs', 'build']] },
  {
    name: 'browser',
    after: ['walls', 'build'],
    commands: [['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--reporter', 'list,json']],
    reading: readPlaywright,
    needs: 'build',
  },
];

function vitest(project: string): Command {
  const reporters = ['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${reportFile(project)}`];
  return ['vitest', 'run', '--config', 'test/vitest.config.ts', '--project', project, ...reporters];
}

function reportFile(name: string): string {
  return path.join(scratch, `${name}.json`);
}

function environment(name: string): NodeJS.ProcessEnv {
  const { PATH, NO_COLOR } = process.env;
  return {
    ...process.env,
    PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${PATH ?? ''}`,
    NEXT_TELEMETRY_DISABLED: '1',
    PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile(name),
    // Their output goes through us, so that they do not see the terminal.
    ...(process.stdout.isTTY && NO_COLOR === undefined ? { FORCE_COLOR: '1' } : {}),
  };
}

async function runStep(step: Step, label: string | undefined): Promise<StepResult> {
  say(label, label === undefined ? `\n── ${step.name}` : 'begins');
  const began = performance.now();
  let exitCode = 0;
  const tail: string[] = [];
  for (const command of step.commands) {
    if (exitCode === 0) exitCode = await execute(command, { env: environment(step.name), label, tail });
  }
  const file = reportFile(step.name);
  const json = step.reading && existsSync(file) ? readFileSync(file, 'utf8') : null;
  const counts = step.reading?.count(json, exitCode) ?? countExit(exitCode);
  const named = json === null ? [] : (step.reading?.failures(json) ?? []);
  const failures = counts.failed > 0 && named.length === 0 ? [['ends with', ...tail].join('\n  ')] : named;
  const result = { name: step.name, ...counts, failures, seconds: (performance.now() - began) / 1000 };
  if (label !== undefined) say(label, `ends: ${summarise([result]).trim().split('\n')[0]}`);
  return result;
}

/** Each step begins as soon as those before it have ended; two that do not wait for each other run side by side. */
function runAll(chosen: Step[]): Promise<StepResult[]> {
  const width = Math.max(...chosen.map(({ name }) => name.length));
  const started = new Map<string, Promise<StepResult | undefined>>();
  for (const step of chosen) {
    const label = chosen.length > 1 ? step.name.padEnd(width) : undefined;
    const before = Promise.all(step.after.map((name) => started.get(name)));
    started.set(
      step.name,
      before.then((results) => {
        if (isInterrupted()) return undefined;
        if (!results.some((result) => result?.name === step.needs && (result?.failed ?? 0) > 0))
          return runStep(step, label);
        say(label, `not run, ${step.needs} has failed`);
        return { name: step.name, passed: 0, failed: 1, skipped: 0, seconds: 0 };
      }),
    );
  }
  return Promise.all(started.values()).then((results) => results.filter((result) => result !== undefined));
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
  const began = performance.now();
  const results = await runAll(selected(values.only));
  const { passed, failed } = total(results);
  process.exitCode = isInterrupted() ? 130 : failed > 0 || passed === 0 ? 1 : 0;
  console.log(summarise(results, (performance.now() - began) / 1000));
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
