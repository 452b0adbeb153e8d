import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

const asRoot = process.getuid?.() === 0;
/**
 * Names of Chromium on the system. The first one has no window to draw, which makes it faster; Playwright's own is
 * built the same way.
 */
const systemNames = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];
const macApps = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
const installLimitMs = 300_000;

/** Arguments that keep Chromium quiet on the network and let it start as root, where it has no sandbox. */
export const chromiumArgs: string[] = [
  ...(asRoot ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  // Without this option letters are placed at whole pixels, and spaces become too narrow.
  '--font-render-hinting=none',
];

/**
 * Returns the path of a Chromium that was seen to start: the one that RINGBACK_CHROMIUM names, Playwright's own, the
 * system's, or one installed now. Throws an error with advice if there is none, so that browser tests are never
 * skipped.
 */
export async function findOrInstallChromium(): Promise<string> {
  const tried: string[] = [];
  const named = process.env.RINGBACK_CHROMIUM;
  if (named) {
    const problem = await problemOf(named);
    if (problem) throw new Error(`RINGBACK_CHROMIUM is ${named}, which does not start: ${problem}`);
    return named;
  }
  const found = await firstThatStarts(installed(), tried);
  if (found) return found;
  for (const install of [installFromPlaywright, installFromDebian]) {
    const problem = install();
    if (problem) tried.push(problem);
    const usable = await firstThatStarts(installed(), tried);
    if (usable) return usable;
  }
  throw new Error(
    [
      'The browser tests need Chromium, and none could be found or installed:',
      ...new Set(tried.map((line) => `  ${line}`)),
      'Install one with "npx playwright install --with-deps chromium" or your package manager,',
      'or set RINGBACK_CHROMIUM to the path of a Chromium or Chrome.',
    ].join('\n'),
  );
}

function installed(): string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const onPath = systemNames.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [chromium.executablePath(), ...onPath, ...macApps].filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function firstThatStarts(candidates: string[], tried: string[]): Promise<string | null> {
  for (const candidate of candidates) {
    const problem = await problemOf(candidate);
    if (problem === null) return candidate;
    tried.push(`${candidate} does not start: ${problem}`);
  }
  return null;
}

/**
 * Returns the reason why a file does not start as a browser; null if it does. Libraries may be missing, or the file
 * only points to a package that is not installed.
 */
async function problemOf(executablePath: string): Promise<string | null> {
  try {
    const browser = await chromium.launch({ executablePath, args: chromiumArgs, timeout: 30_000 });
    await browser.close();
    return null;
  } catch (error) {
    return String(error instanceof Error ? error.message : error).split('\n')[0] ?? 'unknown';
  }
}

function installFromPlaywright(): string | null {
  const withLibraries = asRoot && process.platform === 'linux' ? ['--with-deps'] : [];
  return run('npx', ['playwright', 'install', ...withLibraries, 'chromium']);
}

function installFromDebian(): string | null {
  if (!asRoot || !existsSync('/etc/debian_version')) return 'no package manager that could be used here';
  // Another apt, or one that ran out of time above, may still hold the lock.
  const patient = ['-o', 'DPkg::Lock::Timeout=120'];
  const install = (browser: string) =>
    run('apt-get', [...patient, 'install', '-y', '--no-install-recommends', browser, 'fonts-liberation']);
  return (
    run('apt-get', [...patient, 'update']) ?? (install('chromium-headless-shell') === null ? null : install('chromium'))
  );
}

/**
 * Runs a command. Returns what went wrong; null if nothing did. The output goes to stderr, because the command takes
 * minutes.
 */
function run(command: string, args: string[]): string | null {
  process.stderr.write(`No Chromium yet: ${command} ${args.join(' ')}\n`);
  const done = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    timeout: installLimitMs,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '15000' },
  });
  if (done.status === 0) return null;
  return `"${command} ${args.join(' ')}" failed: ${done.error?.message ?? `exit code ${done.status ?? done.signal}`}`;
}
