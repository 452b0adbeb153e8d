import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ConfigError, readConfig } from '#src/config.ts';
import { callbackSchema, submitSchema } from '#src/contract/submit/submit-schema.ts';
import { jobErrorCodes } from '#src/domain/decide/decision.ts';
import { presetNames } from '#src/domain/policy/presets.ts';
import { webhookRoutes } from '#src/server/gateway/webhook-routes.ts';
import { allMcpTools } from '#src/server/mcp/mcp-table.ts';
import { inputShape, procedureOf } from '#src/server/rest/procedures.ts';
import { allRestRoutes as routes } from '#src/server/rest/rest-table.ts';
import { appRouter } from '#src/server/router.ts';
import { errorDocs, errorDocsFile } from '#test/support/docs/write-error-docs.ts';
import { type Wall, walls, wings } from '#test/support/walls/walls-table.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const pages = ['.', 'docs', 'docs/decisions', 'docs/events'].flatMap((folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name)),
);
const decisions = pages.filter((page) => page.startsWith('docs/decisions/')).sort();

/** What a heading is called in a link, as GitHub does it. */
function anchorsOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a page that lead nowhere. */
function brokenLinks(page: string): string[] {
  const prose = read(page).replaceAll(/^```[\s\S]*?^```/gm, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
  });
}

function wallRow(folder: string, { code, types, outside, outsideTypes = [] }: Wall): string {
  const list = (names: string[]) => names.map((name) => `\`${name}\``).join(', ');
  const packages = [list(outside), outsideTypes.length > 0 ? `types of ${list(outsideTypes)}` : ''];
  const cells = [list([folder]), list(code), list(types), packages.filter(Boolean).join('; ')];
  return `|${cells.map((cell) => (cell === '' ? ' |' : ` ${cell} |`)).join('')}`;
}

test.each(pages)('every link in %s leads somewhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test('docs/errors.md is what the table of codes says', () => {
  expect(read(errorDocsFile), 'run: node test/support/docs/write-error-docs.ts').toBe(errorDocs());
});

test('ARCHITECTURE.md shows the walls as they are enforced', () => {
  const section =
    read('ARCHITECTURE.md')
      .split('## Who may import whom')[1]
      ?.split(/\n###? /)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(Object.entries(walls).map(([folder, wall]) => wallRow(folder, wall)));
});

test('ARCHITECTURE.md says what every wing may import', () => {
  const section = read('ARCHITECTURE.md').split('### Wings')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => {
    const [, names = '', imports = ''] = row.split('|');
    return ticked(names).map((name) => [name, ticked(imports)]);
  });
  const known = Object.entries(wings).flatMap(([folder, inside]) =>
    Object.entries(inside).map(([wing, others]) => [`${folder}/${wing}`, others]),
  );
  expect(named).toEqual(known);
});

function ticked(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

describe('the guides name', () => {
  test('every field of a submission in a row of its own', () => {
    const rows = read('docs/submitting.md');
    const missing = Object.keys(submitSchema.shape).filter((field) => !rows.includes(`\n| \`${field}\` |`));
    expect(missing).toEqual([]);
  });

  test('every option of a callback', () => {
    const text = read('docs/callbacks.md');
    expect(Object.keys(callbackSchema.shape).filter((field) => !text.includes(`  ${field}: `))).toEqual([]);
  });

  test('every preset', () => {
    const text = read('docs/retrying.md');
    expect(presetNames.filter((name) => !text.includes(`\n| \`${name}\` |`))).toEqual([]);
  });

  test('every way a job can fail', () => {
    const section = read('docs/retrying.md').split('## How a job fails')[1] ?? '';
    const named = [...section.matchAll(/`(\w+)`(?=[^|]*\|)/g)].map(([, code]) => code);
    expect(jobErrorCodes.filter((code) => !named.includes(code))).toEqual([]);
  });

  test('every filter of the list of jobs', () => {
    const section = read('docs/rest.md').split('## Listing')[1]?.split('\n## ')[0] ?? '';
    const fields = Object.keys(inputShape(procedureOf('jobs.list'))?.shape ?? {});
    expect(fields.length).toBeGreaterThan(25);
    expect(fields.filter((field) => !ticked(section).includes(field))).toEqual([]);
  });

  test('every procedure of tRPC for programs, and none that is not there', () => {
    const section = read('docs/rest.md').split('## tRPC')[1]?.split('\n## ')[0] ?? '';
    const named = section.split('\n').flatMap((row) => {
      const [, group = '', procedures = ''] = row.split('|');
      return ticked(group).flatMap((name) => ticked(procedures).map((own) => `${name}.${own}`));
    });
    // What the runs of apps call, and what people do in the settings.
    const others = /^(?:steps|settings|projects|members|account|audit)\.|^runs\.(?:enter|keep|step)$/;
    const all = Object.keys(appRouter._def.procedures).filter((path) => !others.test(path));
    expect(named.sort()).toEqual(all.sort());
  });

  test('every tool of assistants with its scope, and none that is not there', () => {
    const rows = [...read('docs/mcp.md').matchAll(/^\| `([a-z_]+)` \| `([a-z:]+)`/gm)].map(([, name, scope]) => [
      name,
      scope,
    ]);
    const own = allMcpTools.map(({ name, procedures: [first] }) => [name, procedureOf(first).meta?.scopes?.[0]]);
    expect(rows.sort()).toEqual(own.sort());
  });

  test('every REST route, and none that is not there', () => {
    const rows = [...read('docs/rest.md').matchAll(/^\| `(GET|POST|DELETE|PUT|PATCH) ([^`]+)`/gm)];
    const named = rows.map(([, method, route]) => `${method} ${route}`);
    const own = routes.map(({ method, path: route }) => `${method} ${route}`);
    const likeOpenAi = webhookRoutes.map(({ method, path: { source } }) => {
      const plain = source.replaceAll('\\/', '/').replace('([^/]+)', '{id}');
      return `${method} ${plain.replace(/^\^|\$$/g, '')}`;
    });
    expect(named.sort()).toEqual([...own, ...likeOpenAi].sort());
  });
});

describe('the table of features', () => {
  const rows = read('docs/features.md')
    .split('\n')
    .filter((line) => /^\| (?!---|feature )/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

  test('has a test for whatever it does not deny', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const [feature, ours = ''] of rows)
      if (!/^no\b/.test(ours)) expect(ours, feature).toMatch(/\]\(\.\.\/test\/[^)]+\.test\.ts\)/);
  });

  test('denies nothing that Svix, Outpost and Convoy all have, destinations and portals aside', () => {
    const denied = rows.filter(([, ours = '']) => /^no\b/.test(ours));
    const missing = denied.filter(
      ([, , also = '']) => /Svix(?! \(paid)/.test(also) && /Outpost/.test(also) && /Convoy/.test(also),
    );
    expect(missing.map(([feature]) => feature)).toEqual([]);
    expect(denied.length).toBeGreaterThan(0);
  });
});

test('what users read names no setting that does not exist', () => {
  const known = new Set([...read('.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name));
  // The first is the app's own, the second shows what a misspelt name leads to.
  for (const name of ['RINGBACK_WEBHOOK_SECRET', 'RINGBACK_WORKER_SLOT']) known.add(name);
  const guides = pages.filter((page) => !decisions.includes(page) && page !== 'CONTRIBUTING.md');
  const unknown = guides.flatMap((page) =>
    (read(page).match(/RINGBACK_[A-Z_]*[A-Z]/g) ?? []).filter((n) => !known.has(n)),
  );
  expect(unknown).toEqual([]);
});

test('every setting of the example is one that the server takes', () => {
  const names = [...read('.env.example').matchAll(/^#?(RINGBACK_[A-Z_]+)=/gm)].map(([, name = '']) => name);
  expect(names).toContain('RINGBACK_APP_URL');
  const complaints = names.flatMap((name) => {
    try {
      readConfig({ [name]: 'x' });
    } catch (error) {
      return (error as ConfigError).problems;
    }
    return [];
  });
  expect(complaints.filter((text) => text.includes('no setting of Ringback'))).toEqual([]);
});

test('the changelog has an entry for the version in package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(read('CHANGELOG.md')).toContain(`\n## [${version}] - `);
});

test('every fault that is tried has a name of its own', () => {
  const names = [...read('docs/faults.md').matchAll(/^\| ([FS]\d[^|]*) \|/gm)].flatMap(([, all = '']) =>
    all.split(', '),
  );
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('decision records are numbered without gaps and have context, decision and consequences', () => {
  const numbers = decisions.map((page) => path.basename(page).slice(0, 4));
  expect(numbers).toEqual(decisions.map((_, index) => String(index + 1).padStart(4, '0')));
  for (const page of decisions) {
    expect(anchorsOf(read(page)).slice(1), page).toEqual(['context', 'decision', 'consequences']);
    expect(read(page).split('\n').length - 1, page).toBeLessThanOrEqual(35);
  }
});
