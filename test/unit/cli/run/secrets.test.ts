import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provideSecrets } from '#src/cli/run/secrets.ts';
import { readConfig } from '#src/config.ts';

let dataDir: string;
let file: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ringback-secrets-'));
  file = join(dataDir, 'secrets.json');
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const provide = (folder = dataDir) => provideSecrets(readConfig({ RINGBACK_DATA_DIR: folder }));

it('all that start at once get the same secrets', async () => {
  const given = await Promise.all(Array.from({ length: 8 }, () => provide()));
  expect(new Set(given.map((secrets) => JSON.stringify(secrets))).size).toBe(1);
  expect(await readdir(dataDir)).toEqual(['secrets.json']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8')).authSecret).toBe(given[0]?.RINGBACK_AUTH_SECRET);
});

it.skipIf(process.platform === 'win32')(
  'a disk without room leaves no empty file, which later starts would refuse',
  async () => {
    const script = `import { provideSecrets } from '#src/cli/run/secrets.ts';
    import { readConfig } from '#src/config.ts';
    await provideSecrets(readConfig({ RINGBACK_DATA_DIR: process.argv[1] })).catch(({ message }) => console.log(message));`;
    // A file of this process may have no bytes at all.
    const limited = ['-c', 'ulimit -f 0 && exec "$0" "$@"', process.execPath];
    const { stdout } = await promisify(execFile)('sh', [
      ...limited,
      '--input-type=module-typescript',
      '-e',
      script,
      dataDir,
    ]);
    expect(stdout).toBe(`${file} cannot be written (EFBIG).\n`);
    expect(await readdir(dataDir)).toEqual([]);
    expect(await provide()).toEqual(await provide());
  },
);

describe('secrets that cannot be used are named, and not repeated:', () => {
  it.each([
    ['no JSON', '{"encryptionKeys": "a:c2VjcmV0'],
    ['nothing', ''],
    ['null', 'null'],
    ['one of them', '{"encryptionKeys": "a:c2VjcmV0"}'],
  ])('%s', async (_what, text) => {
    await writeFile(file, text);
    const refused = await provide().catch((error: Error) => error);
    expect(refused).toMatchObject({
      name: 'StartError',
      message: `${file} should hold "encryptionKeys" and "authSecret", the keys of everything encrypted here.`,
    });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('a folder', async () => {
    await mkdir(file);
    await expect(provide()).rejects.toThrow(
      `${file} holds the keys of everything encrypted here and cannot be read (EISDIR).`,
    );
  });

  it('a data folder that cannot be made', async () => {
    await writeFile(file, '{}');
    await expect(provide(file)).rejects.toThrow(/secrets\.json .*cannot be (read|written) \(ENOTDIR\)\.$/);
  });
});
