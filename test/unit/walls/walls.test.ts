import { describe, expect, test } from 'vitest';
import { check } from './planted-files.ts';

/** One file that imports one thing, with everything it could mean in place. */
function importing(file: string, statement: string): string[] {
  const things = [
    'domain',
    'contract',
    'client',
    'store',
    'outbound',
    'engine',
    'worker',
    'cli',
    'server',
    'ui',
    'app',
  ];
  const targets = things.map((folder) => [`src/${folder}/${folder}-thing.ts`, 'export const thing = 1;\n']);
  return check({
    ...Object.fromEntries(targets),
    'src/config.ts': 'export const config = 1;\n',
    [file]: `${statement}\n`,
  });
}

describe('who may import whom', () => {
  test.each([
    ['src/contract/a.ts', "import { thing } from '#src/domain/domain-thing.ts';"],
    ['src/contract/a.ts', "import { z } from 'zod';"],
    ['src/client/a.ts', "import type { thing } from '#src/contract/contract-thing.ts';"],
    ['src/client/a.ts', "import type { thing } from '#src/server/server-thing.ts';"],
    ['src/client/a.ts', "import { thing } from '#src/domain/domain-thing.ts';"],
    ['src/store/a.ts', "import { PrismaPg } from '@prisma/adapter-pg';"],
    ['src/store/a.ts', "import { x } from '#src/store/generated/client.ts';"],
    ['src/outbound/a.ts', "import { lookup } from 'node:dns/promises';"],
    ['src/engine/a.ts', "import type { thing } from '#src/outbound/outbound-thing.ts';"],
    ['src/engine/a.ts', "import type { config } from '#src/config.ts';"],
    ['src/worker/a.ts', "import { thing } from '#src/outbound/outbound-thing.ts';"],
    ['src/cli/a.ts', "import { thing } from '#src/server/server-thing.ts';"],
    ['src/server/a.ts', "import { toNodeHandler } from 'better-auth/node';"],
    ['src/ui/a.tsx', "import type { thing } from '#src/server/server-thing.ts';"],
    ['src/ui/a.tsx', "import type { inferRouterOutputs } from '@trpc/server';"],
    ['src/app/[id]/page.tsx', "import { thing } from '#src/ui/ui-thing.ts';"],
    ['src/worker/a.ts', "import { config } from '#src/config.ts';"],
  ])('%s may say %s', (file, statement) => {
    expect(importing(file, statement)).toEqual([]);
  });

  test.each([
    ['src/domain/a.ts', "import fs from 'node:fs';", 'node:fs: domain imports nothing'],
    ['src/domain/a.ts', "import type { z } from 'zod';", 'zod: domain imports nothing'],
    ['src/domain/a.ts', "import type { config } from '#src/config.ts';", '#src/config.ts: domain imports nothing'],
    [
      'src/domain/a.ts',
      "import { thing } from '#src/contract/contract-thing.ts';",
      '#src/contract/contract-thing.ts: domain imports nothing',
    ],
    ['src/contract/a.ts', "import { thing } from '#src/store/store-thing.ts';", 'contract imports domain, zod'],
    [
      'src/client/a.ts',
      "import { thing } from '#src/contract/contract-thing.ts';",
      'client imports only types of contract',
    ],
    [
      'src/client/a.ts',
      "import { type thing } from '#src/server/server-thing.ts';",
      'client imports only types of server',
    ],
    [
      'src/client/a.ts',
      "import type { thing } from '#src/engine/engine-thing.ts';",
      'client imports domain, types of contract',
    ],
    ['src/client/a.ts', "import { createHmac } from 'node:crypto';", 'client imports domain'],
    ['src/store/a.ts', "import { thing } from '#src/contract/contract-thing.ts';", 'store imports domain'],
    ['src/outbound/a.ts', "import fs from 'node:fs';", 'outbound imports domain'],
    ['src/outbound/a.ts', "import { thing } from '#src/store/store-thing.ts';", 'outbound imports domain'],
    [
      'src/engine/a.ts',
      "import { thing } from '#src/outbound/outbound-thing.ts';",
      'engine imports only types of outbound',
    ],
    ['src/engine/a.ts', "import { config } from '#src/config.ts';", 'engine imports only types of root'],
    ['src/engine/a.ts', "import { request } from 'undici';", 'engine imports domain, contract, store'],
    ['src/engine/a.ts', "import type { Pool } from 'pg';", 'engine imports domain, contract, store'],
    ['src/worker/a.ts', "import { thing } from '#src/server/server-thing.ts';", 'worker imports domain'],
    ['src/cli/a.ts', "import { thing } from '#src/app/app-thing.ts';", 'cli imports domain'],
    ['src/server/a.ts', "import { thing } from '#src/outbound/outbound-thing.ts';", 'server imports domain'],
    ['src/server/a.ts', "import { request } from 'undici';", 'server imports domain'],
    ['src/ui/a.ts', "import { thing } from '#src/server/server-thing.ts';", 'ui imports only types of server'],
    ['src/ui/a.ts', "import { initTRPC } from '@trpc/server';", 'ui imports only its types'],
    ['src/ui/a.ts', "import { thing } from '#src/store/store-thing.ts';", 'ui imports domain, contract'],
    ['src/app/page.tsx', "import { thing } from '#src/domain/domain-thing.ts';", 'app imports contract, server, ui'],
    ['src/server/a.ts', "import { thing } from '#src/app/app-thing.ts';", 'server imports domain'],
    ['src/config.ts', "import { thing } from '#src/store/store-thing.ts';", 'root imports domain, contract'],
  ])('%s may not say %s', (file, statement, message) => {
    const broken = importing(file, statement);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toMatch(new RegExp(`^${file}:1 imports `));
    expect(broken[0]).toContain(message);
  });

  test.each([
    ['a re-export', "export { thing } from '#src/store/store-thing.ts';"],
    ['a re-export of everything', "export * from '#src/store/store-thing.ts';"],
    ['a re-export of types', "export type { thing } from '#src/store/store-thing.ts';"],
    ['an import for its effects', "import '#src/store/store-thing.ts';"],
    ['a dynamic import', "export const later = () => import('#src/store/store-thing.ts');"],
    ['a dynamic import of a template', 'export const later = () => import(`#src/store/store-thing.ts`);'],
    ['an import inside a type', "export type T = import('#src/store/store-thing.ts').thing;"],
    ['a require', "export const now = require('#src/store/store-thing.ts');"],
    ['an import over several lines', "import {\n  thing,\n} from '#src/store/store-thing.ts';"],
  ])('%s counts like any other import', (_what, statement) => {
    expect(importing('src/contract/a.ts', statement)).toEqual([
      'src/contract/a.ts:1 imports #src/store/store-thing.ts: contract imports domain, zod',
    ]);
  });

  test('what only looks like an import is left alone', () => {
    const text = [
      "// import fs from 'node:fs';",
      'export const sample = `',
      "import { createRingback } from '@ringback/client';",
      '`;',
      "export const Text = () => <p>Don't import x from 'y'</p>;",
    ];
    expect(check({ 'src/ui/sample.tsx': text.join('\n') })).toEqual([]);
  });

  test('the line told is the one of the statement', () => {
    expect(check({ 'src/domain/a.ts': "/**\n * Text.\n */\nimport fs from 'node:fs';\n" })).toEqual([
      'src/domain/a.ts:4 imports node:fs: domain imports nothing',
    ]);
  });

  test('only one file of the server imports next', () => {
    const files = { 'src/server/a.ts': "import next from 'next';\n", 'src/server/b.ts': "import 'next/server';\n" };
    expect(check(files)).toEqual([
      'src/server/b.ts:1 imports next/server: one file of server does, and src/server/a.ts already is that file',
    ]);
  });
});

describe('how an import is written', () => {
  test.each([
    ["import { thing } from '../store/thing.ts';", 'no ../, say #src/folder/file.ts'],
    ["import { thing } from './../store/thing.ts';", 'no ../, say #src/folder/file.ts'],
    ["import { thing } from '#src/worker/../store/store-thing.ts';", 'no ../, say #src/folder/file.ts'],
    ["import { thing } from './worker-thing';", 'the file extension is missing'],
    ["import { thing } from '#src/store/store-thing';", 'the file extension is missing'],
    ["import { thing } from '#src/store/nothing.ts';", 'there is no such file'],
    ["import { thing } from '#src/worker/worker-thing.ts';", 'say ./worker-thing.ts, it is the same folder'],
    ["import fs from 'fs';", 'say node:fs'],
    ["import left from 'left-pad';", 'worker imports domain'],
    ["const at = './worker-thing.ts';\nawait import(at);", 'only src/cli may, what is imported must be readable'],
  ])('%s is refused', (statement, message) => {
    const broken = importing('src/worker/a.ts', statement);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(message);
  });

  test('tests may import anything, written in the same way', () => {
    const text = [
      "import { expect } from 'vitest';",
      "import { thing } from '#src/store/store-thing.ts';",
      "import { given } from './given.ts';",
      "import { target } from '../support/target.ts';",
      "import { other } from '#test/support/other';",
    ];
    expect(check({ 'test/unit/store/thing.test.ts': text.join('\n') })).toEqual([
      'test/unit/store/thing.test.ts:4 imports ../support/target.ts: no ../, say #test/folder/file.ts',
      'test/unit/store/thing.test.ts:5 imports #test/support/other: the file extension is missing',
    ]);
  });

  test('cycles are found, through types too, and told once', () => {
    const files = {
      'src/domain/a.ts': "import { b } from './b.ts';\n",
      'src/domain/b.ts': "import type { c } from './c.ts';\n",
      'src/domain/c.ts': "import type { a } from './a.ts';\n",
      'src/domain/d.ts': "import type { a } from './a.ts';\n",
    };
    expect(check(files)).toEqual([
      'src/domain/a.ts:1 imports src/domain/b.ts: a cycle, src/domain/a.ts → src/domain/b.ts → src/domain/c.ts → src/domain/a.ts',
    ]);
  });
});

describe('names and sizes', () => {
  test.each([
    ['src/store/utils.ts', '"utils" in a name says nothing'],
    ['src/store/string-helpers.ts', '"helpers" in a name says nothing'],
    ['src/outbound/common/rows.ts', '"common" in a name says nothing'],
    ['src/engine/job-manager.ts', '"manager" in a name says nothing'],
    ['src/engine/mail.service.ts', '"service" in a name says nothing'],
    ['test/support/misc.ts', '"misc" in a name says nothing'],
    ['e2e/support/lib.ts', '"lib" in a name says nothing'],
    ['src/store/jobRow.ts', 'jobRow.ts is not kebab-case'],
    ['src/ui/JobTable.tsx', 'JobTable.tsx is not kebab-case'],
    ['src/store/job_row.ts', 'job_row.ts is not kebab-case'],
    ['src/outbound/[id]/row.ts', '[id] is not kebab-case'],
    ['src/plugins/row.ts', 'ARCHITECTURE.md has no such place in src'],
    ['src/start.ts', 'ARCHITECTURE.md has no such place in src'],
  ])('%s is refused', (file, message) => {
    const broken = check({ [file]: 'export const one = 1;\n' });
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(`${file}: `);
    expect(broken[0]).toContain(message);
  });

  test("Next's folder names are allowed in src/app", () => {
    const names = ['[trpc]', '[...all]', '[[...all]]', '(dashboard)', '@modal', '_parts'];
    expect(check(Object.fromEntries(names.map((name) => [`src/app/${name}/page.tsx`, 'export {};\n'])))).toEqual([]);
  });

  test('styles lie in src/ui alone', () => {
    expect(check({ 'src/app/globals.css': '', 'src/ui/theme.css': '' })).toEqual([
      'src/app/globals.css: styles lie in src/ui, where postcss.config.mjs is',
    ]);
  });

  test('a file may have 350 lines and not one more', () => {
    const files = { 'src/domain/full.ts': '\n'.repeat(350), 'src/domain/over.ts': '\n'.repeat(351) };
    expect(check(files)).toEqual(['src/domain/over.ts: 351 lines, 350 are the most']);
  });

  test('what is generated is not looked at', () => {
    expect(check({ 'src/store/generated/Client.ts': `import fs from 'fs';${'\n'.repeat(400)}` })).toEqual([]);
  });

  test('a file that does not parse is told, not passed over', () => {
    expect(check({ 'src/domain/a.ts': 'export const = ;\n' })[0]).toContain('src/domain/a.ts: cannot be read: ');
  });
});

describe('the environment', () => {
  test.each([
    'export const port = process.env.PORT;',
    "export const port = process.env['PORT'];",
    "export const port = process['env'].PORT;",
    'export const port = globalThis.process.env.PORT;',
    'export const { env } = process;',
    'export const { ...all } = process;',
    "import { env } from 'node:process';",
  ])('%s is only for src/config.ts', (statement) => {
    expect(check({ 'src/server/a.ts': `${statement}\n` })).toEqual([
      'src/server/a.ts:1 reads process.env: only src/config.ts does',
    ]);
  });

  test('src/config.ts reads it, and src/cli passes it on', () => {
    const files = {
      'src/config.ts': 'export const a = process.env;\n',
      'src/cli/run/up.ts': 'export const b = process.env;\n',
    };
    expect(check(files)).toEqual([]);
  });
});

describe('the domain is pure', () => {
  test.each([
    ['Date.now()', 'Date.now'],
    ["Date['now']()", 'Date.now'],
    ['new Date()', 'new Date() without an argument'],
    ['Date()', 'Date() without new'],
    ['Math.random()', 'Math.random'],
    ['process.pid', 'process'],
    ["fetch('http://localhost')", 'fetch'],
    ['setTimeout(() => {}, 1)', 'setTimeout'],
    ['setInterval(() => {}, 1)', 'setInterval'],
    ['queueMicrotask(() => {})', 'queueMicrotask'],
    ['crypto.randomUUID()', 'crypto'],
    ['performance.now()', 'performance'],
    ["globalThis['fetch']", 'globalThis'],
    ['({ fetch })', 'fetch'],
  ])('%s is refused', (expression, name) => {
    expect(check({ 'src/domain/a.ts': `export const a = ${expression};\n` })).toEqual([
      `src/domain/a.ts:1 uses ${name}: domain is given it as an argument`,
    ]);
  });

  test('a given time, and names that only look alike, are fine', () => {
    const text = [
      'export type Io = { fetch: string; process(): void };',
      'export const later = (now: Date, io: Io) => [new Date(now.getTime() + 1), io.fetch, { process: 1 }, Math.min(1, 2)];',
    ];
    expect(check({ 'src/domain/a.ts': text.join('\n') })).toEqual([]);
  });

  test('other folders have clocks and timers', () => {
    expect(check({ 'src/worker/a.ts': 'export const now = Date.now();\nsetTimeout(() => {}, 1);\n' })).toEqual([]);
  });
});
