import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Db } from '#src/store/db/database.ts';
import { anyValue } from './any-value.ts';
import { statementCases } from './statement-cases.ts';

/** A statement of ours: its name, or where it stands if it has none; the folder of its code; its text. */
export type Statement = Readonly<{ name: string; wing: string; text: string }>;

const root = path.resolve(import.meta.dirname, '../../..');
const store = path.join(root, 'src/store');

/** Functions that need a server, or whose statements have the form of their arguments: `statementCases` calls those. */
const notCalled = new Set([
  ...['makeQueue', 'openWakeConnection', 'openPrisma', 'makeDb', 'search', 'tally', 'findFailureGroups'],
  ...['listJobs', 'countJobs', 'listDeliveries', 'countDeliveries', 'listRuns', 'statusesOf', 'shortcutOf', 'fewFound'],
  ...[
    'readMovedRows',
    'insertMovedRows',
    'previewOutlived',
    'countSeals',
    'findOlderSeals',
    'readSeals',
    'replaceSeals',
  ],
]);

/**
 * Returns all statements of the code. Every function of the store is called with a stand-in for each argument and a
 * connection that only notes the texts, twice: all answers have a row, and no answer has one. Forms that depend on the
 * arguments come from `statementCases`; statements on connections of their own are read from the code.
 */
export async function collectStatements(): Promise<Statement[]> {
  const found = new Map<string, Statement>();
  const keep = (one: Statement) => void found.set(`${one.name} ${one.text}`, one);
  for (const file of sourceFiles(store).filter((name) => !/^(generated|migrate|backup)\//.test(name))) {
    const wing = `store/${file.split('/')[0]}`;
    const module = (await import(path.join(store, file))) as Record<string, unknown>;
    for (const [name, act] of Object.entries(module)) {
      if (typeof act !== 'function' || notCalled.has(name)) continue;
      for (const rows of [[anyValue], []]) await noted(wing, rows, keep, (db) => act(db, ...Array(5).fill(anyValue)));
    }
  }
  for (const [wing, act] of statementCases()) {
    for (const rows of [[anyValue], []]) await noted(wing, rows, keep, act);
  }
  for (const one of writtenStatements()) if (!isNoted(found, one)) keep(one);
  return [...found.values()].sort((one, other) => (`${one.wing} ${one.name}` < `${other.wing} ${other.name}` ? -1 : 1));
}

/** A statement with a name is known by it, and its real text is better than the one in the code. */
function isNoted(found: ReadonlyMap<string, Statement>, { name }: Statement): boolean {
  return name !== '' && [...found.values()].some((one) => one.name === name);
}

/** Most statements of one call. A loop that goes on while there are rows ends by it. */
const mostOfCall = 60;

async function noted(
  wing: string,
  rows: unknown[],
  keep: (one: Statement) => void,
  act: (db: Db) => unknown,
): Promise<void> {
  let count = 0;
  const note = async (name: string, text: string) => {
    if (typeof text !== 'string') throw new Error('the text depends on the arguments');
    if (++count > mostOfCall) throw new Error('too many statements for one call');
    keep({ name, wing, text });
    return rows;
  };
  const query = (one: string | { name: string; text: string }) =>
    typeof one === 'string' ? note('', one) : note(one.name, one.text);
  const connection = { query: async (one: string) => ({ rows: await query(one), rowCount: rows.length }) };
  const db: Record<string, unknown> = {
    ...{ run: note, look: note, send: note, query, prisma: anyValue },
    attempt: (inner: () => unknown) => inner(),
    transaction: (inner: (tx: unknown) => unknown) => inner(db),
    prismaTransaction: (inner: (tx: unknown) => unknown) => inner(db),
    pool: { ...connection, connect: async () => ({ ...connection, release: () => undefined }) },
  };
  try {
    await act(db as unknown as Db);
  } catch {
    // A function that stops at a stand-in has sent what it sends before. The tests compare the names with the code.
  }
}

const words =
  'analyze|begin|commit|copy|create|delete|drop|insert|listen|release|rollback|savepoint|select|set|update|with';
/** A statement given to a connection, or under a name, as one quoted text. */
const literal = new RegExp(
  String.raw`\b(?:(?:client|next|pool)\.query|\w+\.(?:run|look))(?:<[^(]*>)?\(\s*(?:'(?<name>[a-z0-9_]+)',\s*)?(?<quote>['\u0060])(?<text>(?:${words})\b(?:(?!\k<quote>)[\s\S])*)\k<quote>`,
  'g',
);
const listens = /`(?<text>listen \$\{[^`]*)`/g;
const copies = /copy(?:In|Out)\(client, `(?<text>[^`]*)`/g;

/** Statements that stand as a text in the code, with a word in place of what is filled in. */
function writtenStatements(): Statement[] {
  return ['store', 'engine'].flatMap((folder) =>
    sourceFiles(path.join(root, 'src', folder))
      .filter((file) => !file.startsWith('generated/'))
      .flatMap((file) => {
        const code = readFileSync(path.join(root, 'src', folder, file), 'utf8');
        const wing = `${folder}/${file.split('/')[0]}`;
        return [literal, copies, listens]
          .flatMap((pattern) => [...code.matchAll(pattern)])
          .map(({ groups }) => ({
            wing,
            name: groups?.name ?? '',
            text: (groups?.text ?? '').replaceAll(/(['"]?)\$\{[^}]*\}/g, '$1filled_in'),
          }));
      }),
  );
}

/** The names that stand right before their statements, in all of the store. */
export function writtenNames(): { name: string; file: string }[] {
  return sourceFiles(store)
    .filter((file) => !file.startsWith('generated/'))
    .flatMap((file) =>
      [
        ...readFileSync(path.join(store, file), 'utf8').matchAll(
          /\b(?:run|query|send|look)(?:<[^(]*>)?\(\s*(?:\w+,\s*)?'([a-z0-9_]+)',/g,
        ),
      ].map(([, name = '']) => ({ name, file })),
    );
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort();
}
