import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installClient } from './installed-program.ts';

const execute = promisify(execFile);
let project: string;
let installed: string;

beforeAll(async () => {
  project = await installClient('ringback-entries-', { type: 'module' });
  installed = path.join(project, 'node_modules/@ringback/client');
}, 180_000);
afterAll(() => rm(project, { recursive: true, force: true }));

it('the package has two more entries, which use the same client as a module and as CommonJS', async () => {
  const check = `
const client = new TriggerClient({ id: 'a' });
const { POST } = serve({ client: new Inngest({ id: 'a' }), functions: [] });
const thrown = [() => client.defineJob({ integrations: {} }), () => new Inngest({ id: 'a' }).createFunction({ id: 'f', debounce: {} }, () => {})]
.map((act) => { try { act(); } catch (error) { return [error instanceof RingbackError, error.code]; } });
Promise.all([createAppRoute(client).POST, POST].map(async (route) => (await route(new Request('https://a.test/', { method: 'POST' }))).status))
.then((statuses) => console.log(JSON.stringify([thrown, statuses])));
`;
  const forms = {
    'entries.mjs': (names: string, from: string) => `import ${names} from '${from}';\n`,
    'entries.cjs': (names: string, from: string) => `const ${names} = require('${from}');\n`,
  };
  for (const [name, load] of Object.entries(forms)) {
    const loads = [
      load('{ RingbackError }', '@ringback/client'),
      load('{ TriggerClient, createAppRoute }', '@ringback/client/trigger'),
      load('{ Inngest, serve }', '@ringback/client/inngest'),
    ];
    await writeFile(path.join(project, name), loads.join('') + check);
    const { stdout } = await execute(process.execPath, [path.join(project, name)]);
    const refused = [true, 'not_offered'];
    expect(JSON.parse(stdout)).toEqual([
      [refused, refused],
      [400, 400],
    ]);
  }
});

it('the package has them for compilers and runtimes that know no `exports` too', async () => {
  for (const entry of ['trigger', 'inngest']) {
    const folder = path.join(installed, entry);
    const { main, types } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
      main: string;
      types: string;
    };
    expect(await readFile(path.join(folder, types), 'utf8')).toContain('export');
    const run = `console.log(Object.keys(require(${JSON.stringify(path.join(folder, main))})).length > 0)`;
    expect((await execute(process.execPath, ['-e', run])).stdout).toBe('true\n');
  }
});
