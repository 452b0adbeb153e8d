import { describe, expect, test } from 'vitest';
import { wings } from '#test/support/walls/walls-table.ts';
import { check } from './planted-files.ts';

describe('wings', () => {
  const files = {
    'src/engine/deps.ts': 'export const thing = 1;\n',
    'src/engine/show/shown.ts': 'export const thing = 1;\n',
    'src/engine/read/list.ts': 'export const thing = 1;\n',
    'src/ui/job/page.ts': 'export const thing = 1;\n',
    'src/ui/settings/keys/key.ts': 'export const thing = 1;\n',
  };
  const planted = (file: string, target: string) =>
    check({ ...files, [file]: `import { thing } from '#${target}';\nexport const again = thing;\n` });

  test.each([
    ['src/engine/read/planted.ts', 'src/engine/show/shown.ts'],
    ['src/engine/read/planted.ts', 'src/engine/deps.ts'],
    ['src/ui/settings/audit/planted.ts', 'src/ui/settings/keys/key.ts'],
  ])('%s may import %s', (file, target) => {
    expect(planted(file, target)).toEqual([]);
  });

  test.each([
    ['src/engine/show/planted.ts', 'src/engine/read/list.ts', 'engine/show imports no other wing'],
    [
      'src/engine/planted.ts',
      'src/engine/show/shown.ts',
      'a file that lies in engine itself imports none of its wings',
    ],
    [
      'src/ui/jobs/planted.ts',
      'src/ui/job/page.ts',
      'ui/jobs imports ui/words, ui/data, ui/parts, ui/theme, ui/charts',
    ],
  ])('%s may not import %s', (file, target, why) => {
    expect(planted(file, target)).toEqual([expect.stringContaining(`${file}:1 imports #${target}: ${why}`)]);
  });

  test('a wing that is not in the table is refused', () => {
    expect(check({ 'src/engine/cellar/wine.ts': 'export const thing = 1;\n' })).toEqual([
      'src/engine/cellar/wine.ts: engine has no wing cellar, see test/support/walls/walls-table.ts',
    ]);
  });

  test('no wing imports one that is listed below it, so there is no circle of them', () => {
    for (const rows of Object.values(wings)) {
      const order = Object.keys(rows);
      for (const [wing, others] of Object.entries(rows))
        expect(others.filter((other) => order.indexOf(other) >= order.indexOf(wing))).toEqual([]);
    }
  });
});

describe('names', () => {
  test('two files of src may not have the same one', () => {
    const twice = { 'src/engine/read/jobs.ts': '', 'src/ui/parts/jobs.tsx': '' };
    expect(check(twice)).toEqual(['src/engine/read/jobs.ts: src/ui/parts/jobs.tsx has the same name']);
  });

  test('those that Next asks for, an index and styles may', () => {
    const alike = {
      'src/app/page.tsx': '',
      'src/app/jobs/page.tsx': '',
      'src/ui/page.css': '',
      'src/engine/read/index.ts': '',
      'src/ui/parts/index.ts': '',
    };
    expect(check(alike)).toEqual([]);
  });
});

describe('packages', () => {
  const manifest = (dependencies: object, devDependencies: object = {}) => ({
    'package.json': JSON.stringify({ dependencies, devDependencies }),
  });

  test('one that no file names is refused', () => {
    expect(check({ ...manifest({ zod: '1' }, { vitest: '1', '@types/node': '1' }) })).toEqual([
      'package.json: zod is used by no file',
      'package.json: vitest is used by no file',
    ]);
  });

  test('one that only tests name is for development', () => {
    expect(check({ ...manifest({ zod: '1' }), 'test/a.ts': "import 'zod/mini';\n" })).toEqual([
      'package.json: zod is used by tests only: it is a devDependency',
    ]);
  });

  test('one that is built into the dashboard, or only builds, is for development', () => {
    const files = {
      'src/ui/a.tsx': "import { clsx } from 'clsx';\nexport const a = clsx;\n",
      'src/cli/b.ts': "export const b = 'typescript/package.json';\n",
    };
    expect(check({ ...manifest({ clsx: '1', typescript: '1' }), ...files })).toEqual([
      'package.json: clsx is used by the build only: it is a devDependency',
      'package.json: typescript is used by the build only: it is a devDependency',
    ]);
    expect(check({ ...manifest({}, { clsx: '1', typescript: '1' }), ...files })).toEqual([]);
  });

  test('one that is needed to run is no devDependency', () => {
    const files = {
      'src/contract/a.ts': "import { z } from 'zod';\nexport const a = z;\n",
      'src/ui/b.tsx': "import { useState } from 'react';\nexport const b = useState;\n",
    };
    expect(check({ ...manifest({}, { zod: '1', react: '1' }), ...files })).toEqual([
      'package.json: zod is needed to run: it is a dependency',
      'package.json: react is needed to run: it is a dependency',
    ]);
    expect(check({ ...manifest({ zod: '1', react: '1' }), ...files })).toEqual([]);
  });

  test('imports, paths that are resolved, and styles name one', () => {
    const files = {
      ...manifest({ zod: '1', next: '1' }, { tailwindcss: '1', vitest: '1' }),
      'src/contract/a.ts': "import { z } from 'zod';\nexport const a = z;\n",
      'src/cli/b.ts': "export const b = 'next/package.json';\n",
      'src/ui/a.css': '@import "tailwindcss";\n',
      'test/c.ts': "import 'vitest';\n",
    };
    expect(check(files)).toEqual([]);
  });
});

describe('limits', () => {
  const limits = 'export const limits = { bodyBytes: 8, timeoutMs: { min: 1, max: 2 }, rate: { min: 1 } } as const;\n';
  const reading = (text: string) =>
    check({
      'src/domain/limits.ts': limits,
      'src/contract/a.ts': `import { limits } from '#src/domain/limits.ts';\n${text}`,
    });

  test('one that nobody reads is refused: a change of it would change nothing', () => {
    expect(reading('export const a = limits.bodyBytes + limits.timeoutMs.max;\n')).toEqual([
      'src/domain/limits.ts: nobody reads limits.timeoutMs.min',
      'src/domain/limits.ts: nobody reads limits.rate.min',
    ]);
  });

  test('one is read by its name, with the group it is in, or taken out of it', () => {
    const text = 'const { rate } = limits;\nexport const a = [limits.bodyBytes, { ...limits.timeoutMs }, rate];\n';
    expect(reading(text)).toEqual([]);
  });
});
