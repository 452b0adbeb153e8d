import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { biomeText, biomeWalls } from '#test/support/walls/write-walls.ts';
import { check, root } from './planted-files.ts';

describe('walls.biome.json, which says the same in the editor', () => {
  const project = path.resolve(import.meta.dirname, '../../..');
  const file = path.join(project, 'test/support/walls/walls.biome.json');

  test('is part of biome.json', () => {
    const { extends: parts } = JSON.parse(readFileSync(path.join(project, 'biome.json'), 'utf8'));
    expect(parts).toContain('./test/support/walls/walls.biome.json');
  });

  test('is what the tables say', () => {
    expect(readFileSync(file, 'utf8'), 'run: node test/support/walls/write-walls.ts').toBe(biomeText(biomeWalls()));
  });

  test('shows a wall, a wing and a screen that are walked through', () => {
    const planted = {
      'src/domain/planted.ts': "import { thing } from '#src/store/thing.ts';\nexport const again = [thing, process];\n",
      'src/engine/show/planted.ts': "import { thing } from '#src/engine/read/thing.ts';\nexport const again = thing;\n",
      'src/ui/jobs/planted.ts': "import { thing } from '#src/ui/job/thing.ts';\nexport const again = thing;\n",
      'src/engine/read/fine.ts': "import { thing } from '#src/engine/show/thing.ts';\nexport const again = thing;\n",
    };
    const config = { linter: { rules: { preset: 'none' } }, overrides: biomeWalls().overrides };
    check({ ...planted, 'biome.json': JSON.stringify(config) });
    const biome = path.join(project, 'node_modules/.bin/biome');
    const { stdout } = spawnSync(biome, ['lint', '--reporter=json', '.'], { cwd: root, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; location: { path: string } }[] };
    const said = diagnostics.map(({ category, location }) => `${location.path} ${category.split('/').at(-1)}`);
    expect(said.sort()).toEqual([
      'src/domain/planted.ts noRestrictedGlobals',
      'src/domain/planted.ts noRestrictedImports',
      'src/engine/show/planted.ts noRestrictedImports',
      'src/ui/jobs/planted.ts noRestrictedImports',
    ]);
  });
});
