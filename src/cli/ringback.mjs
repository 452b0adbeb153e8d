#!/usr/bin/env node
// This file is plain JavaScript, so that any Node since 20 can run it. Ringback itself needs Node 24, which it installs
// as a package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function findOwnNode() {
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin');
    return [join(folder, 'node'), join(folder, 'node.exe')].find((file) => existsSync(file));
  } catch {
    return undefined;
  }
}

function runOn(node) {
  // The IPC channel shows the child that this process was killed before it could pass on a signal.
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Ringback could not start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  await import('./main.ts');
} else {
  const node = findOwnNode();
  if (node) runOn(node);
  else {
    console.error(
      `Ringback needs Node ${neededMajor}, and this is ${process.version}. ` +
        'Its own copy is not installed: run "npm ci", with optional dependencies and install scripts.',
    );
    process.exitCode = 1;
  }
}
