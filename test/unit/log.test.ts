import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Runs a script that has `log`, and returns the messages in what it wrote, and its exit code. */
function run(script: string): Promise<{ messages: string[]; code: number | string | null | undefined }> {
  const start = `const { makeLog } = await import('#src/log.ts');
    const log = makeLog({ logLevel: 'info', logFormat: 'json' });`;
  const args = ['--input-type=module', '--eval', `${start}${script}`];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({ messages: lines.map((line) => JSON.parse(line).msg), code: error?.code ?? 0 });
    });
  });
}

describe('lines of one tick are all written', () => {
  it.each([
    ['when the process goes on', `await new Promise((resolve) => setTimeout(resolve, 10));`, 0],
    ['when it exits at once', 'process.exit(3);', 3],
    ['when an error that nobody catches ends it', `throw new Error('planted');`, 1],
  ])('%s', async (_when, then, code) => {
    const ran = await run(`for (const name of ['one', 'two', 'three']) log.info(name); ${then}`);
    expect(ran).toEqual({ messages: ['one', 'two', 'three'], code });
  });
});
