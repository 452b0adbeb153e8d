import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { readConfig, requireServerConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { CredentialsFileError, firstStart } from '#src/server/sign-in/first-start.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';

const entry = join(import.meta.dirname, '../../../src/cli/ringback.mjs');
const keys = {
  RINGBACK_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
  RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
};

/** It has no project yet, so a start makes the first credentials. */
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await makeTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-first-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Ran = { code: number | null; lines: string[] };

async function ringback(args: string[], settings: Record<string, string>): Promise<Ran> {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: '0', DATABASE_URL: database.url, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: output.trim().split('\n') };
}

it.each([
  ['up', ['up', '--no-build']],
  ['migrate', ['migrate']],
])('%s says in one sentence that its data folder cannot be written', async (_name, args) => {
  await writeFile(join(folder, 'file'), '');
  const dataDir = join(folder, 'file/data');
  const { code, lines } = await ringback(args, { ...keys, RINGBACK_DATA_DIR: dataDir });
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe(
    `The folder ${dataDir} cannot be written (ENOTDIR). Ringback keeps its data there: ` +
      'give this user the right to write, or set RINGBACK_DATA_DIR to another folder.',
  );
});

it.each([
  ['up', ['up', '--no-build']],
  ['migrate', ['migrate']],
])('%s says in one sentence that the file with the credentials is damaged, and keeps it', async (_name, args) => {
  const file = join(folder, 'credentials.json');
  await writeFile(file, '{"apiKey":"rb_secret');
  const { code, lines } = await ringback(args, { ...keys, RINGBACK_DATA_DIR: folder });
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe(`${file} holds no JSON object: mend it or move it away; the next start makes a new key.`);
  expect(lines.join()).not.toContain('rb_secret');
  expect(await readFile(file, 'utf8')).toBe('{"apiKey":"rb_secret');
});

it('up says that its secrets are damaged before it needs the database', async () => {
  await writeFile(join(folder, 'secrets.json'), '');
  const { code, lines } = await ringback(['up', '--no-build'], {
    RINGBACK_DATA_DIR: folder,
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  });
  expect({ code, lines }).toEqual({
    code: 1,
    lines: [
      `${join(folder, 'secrets.json')} should hold "encryptionKeys" and "authSecret", the keys of everything encrypted here.`,
    ],
  });
});

it('a first start does not repeat for long what fails because of a file', async () => {
  const config = requireServerConfig(readConfig({ ...keys, DATABASE_URL: database.url, RINGBACK_DATA_DIR: folder }));
  const start = () => firstStart(config, makeLog(config, { write: () => undefined }));
  // The draft of the file cannot be written.
  await mkdir(join(folder, `credentials.json.${process.pid}`));
  const from = performance.now();
  const refused = await start().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CredentialsFileError);
  expect((refused as Error).message).toBe(`${join(folder, 'credentials.json')} cannot be written (EISDIR).`);
  expect(performance.now() - from).toBeLessThan(5_000);
  await rm(join(folder, `credentials.json.${process.pid}`), { recursive: true });
  await mkdir(join(folder, 'credentials.json'));
  await expect(start()).rejects.toThrow(/credentials\.json cannot be read \(EISDIR\): mend it or move it away/);
  await rm(join(folder, 'credentials.json'), { recursive: true });
  expect(await start()).toMatchObject({ apiKey: expect.any(String) });
});
