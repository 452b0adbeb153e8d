import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';

/** File with every number that callers see. */
const limitsFile = 'src/domain/limits.ts';

type Node = { type: string; [key: string]: unknown };

/**
 * Returns the limits that src never reads. A limit is read by its full name, `limits.timeoutMs.max`, or together with
 * all of `limits.timeoutMs`. A limit that nobody reads looks as if it were enforced, and is not.
 */
export function checkLimits(root: string, files: readonly string[]): string[] {
  const file = path.join(root, limitsFile);
  if (!existsSync(file)) return [];
  const others = files.filter((name) => name.startsWith('src/') && name !== limitsFile);
  const code = others.map((name) => readFileSync(path.join(root, name), 'utf8')).join('\n');
  return leavesOf(parseSync(limitsFile, readFileSync(file, 'utf8')).program as unknown as Node)
    .filter((leaf) => !isRead(code, leaf))
    .map((leaf) => `${limitsFile}: nobody reads ${leaf.join('.')}`);
}

function leavesOf(program: Node): string[][] {
  return (program.body as Node[]).flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? (statement.declaration as Node | null) : null;
    if (declared?.type !== 'VariableDeclaration') return [];
    return (declared.declarations as Node[]).flatMap(({ id, init }) => below([(id as Node).name as string], init));
  });
}

function below(name: string[], value: unknown): string[][] {
  const node = value as Node;
  if (node.type === 'TSAsExpression') return below(name, node.expression);
  if (node.type !== 'ObjectExpression') return [name];
  return (node.properties as Node[]).flatMap(({ key, value: inner }) =>
    below([...name, (key as Node).name as string], inner),
  );
}

/**
 * Returns true if the code reads a limit by its full name, or reads the whole group it is in: `{ ...limits.timeoutMs
 * }`.
 */
function isRead(code: string, [name = '', ...keys]: string[]): boolean {
  const whole = [name, ...keys].join('\\.');
  if (new RegExp(`\\b${whole}\\b`).test(code)) return true;
  const group = [name, ...keys.slice(0, -1)].join('\\.');
  if (keys.length > 1 && new RegExp(`\\b${group}\\b(?!\\.)`).test(code)) return true;
  const picked = [...code.matchAll(new RegExp(`\\{([^{}]*)\\} = ${name};`, 'g'))].map(([, names = '']) => names);
  return picked.some((names) => names.split(',').some((one) => one.split(':')[0]?.trim() === keys[0]));
}
