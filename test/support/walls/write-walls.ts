import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { impureGlobals, rootFiles, type Wall, walls, wings } from './walls-table.ts';

const file = 'walls.biome.json';
const table = 'see "Who may import whom" in ARCHITECTURE.md.';

/** Returns the walls as rules of Biome, so that an editor shows the errors of `npm run check`. */
export function biomeWalls(): { $schema: string; overrides: unknown[] } {
  const folders = Object.entries(walls).filter(([folder]) => folder !== 'root');
  const overrides = [
    ...folders.map(([folder, wall]) => folderRule(folder, wall)),
    ...Object.entries(wings).flatMap(([folder, rows]) =>
      Object.entries(rows).map(([wing, others]) => wingRule(folder, wing, others)),
    ),
  ];
  return { $schema: '../../../node_modules/@biomejs/biome/configuration_schema.json', overrides };
}

function folderRule(folder: string, wall: Wall): unknown {
  return override(`src/${folder}/**`, [`${folder}/**`, ...placesOf(wall)], wall, {
    message: `Not for ${folder}: ${table}`,
    ...(folder === 'domain' ? { deniedGlobals: impureGlobals } : {}),
  });
}

function wingRule(folder: string, wing: string, others: string[]): unknown {
  const wall = walls[folder];
  if (!wall) throw new Error(`${folder} has wings, but no row in the table of walls`);
  const inside = [wing, 'generated', ...others].map((name) => `${folder}/${name}/**`);
  return override(`src/${folder}/${wing}/**`, [`${folder}/*.ts`, ...inside, ...placesOf(wall)], wall, {
    message: `Not for ${folder}/${wing}: ${table}`,
  });
}

function placesOf(wall: Wall): string[] {
  return [...wall.code, ...wall.types].flatMap((to) => (to === 'root' ? rootFiles : [`${to}/**`]));
}

function packagesOf(wall: Wall): string[] {
  return [...wall.outside, ...(wall.outsideTypes ?? [])].flatMap((name) => {
    if (name.endsWith(':')) return [`${name}*`, `${name}*/**`];
    return name.endsWith('/') ? [`${name}**`] : [name, `${name}/**`];
  });
}

type Rule = { message: string; deniedGlobals?: readonly string[] };

function override(files: string, places: string[], wall: Wall, { message, deniedGlobals }: Rule): unknown {
  const allowed = ['./**', ...places.map((place) => `#src/${place}`), ...packagesOf(wall)].map((glob) => `!${glob}`);
  const denied = deniedGlobals?.map((name) => [name, 'domain is given it as an argument.']);
  const globals = denied && {
    noRestrictedGlobals: { level: 'error', options: { deniedGlobals: Object.fromEntries(denied) } },
  };
  const imports = { level: 'error', options: { patterns: [{ group: ['**', ...allowed], message }] } };
  return {
    includes: [files],
    linter: { rules: { style: { noRestrictedImports: imports, ...globals } } },
  };
}

/** Returns the rules as text, one per line, because there are many and all are alike. */
export function biomeText({ $schema, overrides }: ReturnType<typeof biomeWalls>): string {
  const lines = overrides.map((rule) => `    ${JSON.stringify(rule)}`).join(',\n');
  return `{\n  "$schema": ${JSON.stringify($schema)},\n  "overrides": [\n${lines}\n  ]\n}\n`;
}

if (import.meta.main) writeFileSync(path.join(import.meta.dirname, file), biomeText(biomeWalls()));
