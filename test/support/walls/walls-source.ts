import { parseSync } from 'vite';
import { impureGlobals } from './walls-table.ts';

export type Import = {
  /** Imported path; null: it is computed at run time. */
  specifier: string | null;
  line: number;
  /** True if the import is gone at run time. `import { type X }` is not: its module is still loaded. */
  typeOnly: boolean;
};

/** Imports, uses of the environment and impure globals of a file, by line. */
export type Source = {
  imports: Import[];
  environment: number[];
  impure: { name: string; line: number }[];
  errors: string[];
};

type Node = { type: string; start: number; [key: string]: unknown };

export function readSource(fileName: string, text: string): Source {
  const parsed = parseSync(fileName, text);
  const source: Source = { imports: [], environment: [], impure: [], errors: parsed.errors.map((e) => e.message) };
  const lineOf = lineFinder(text);
  visit(parsed.program as unknown as Node, null, '', (node, parent, key) => {
    const line = lineOf(node.start);
    const imported = importOf(node);
    if (imported) source.imports.push({ ...imported, line });
    if (readsEnvironment(node)) source.environment.push(line);
    const impure = impureName(node, parent, key);
    if (impure) source.impure.push({ name: impure, line });
  });
  return source;
}

function visit(
  node: Node,
  parent: Node | null,
  key: string,
  see: (n: Node, p: Node | null, key: string) => void,
): void {
  see(node, parent, key);
  for (const [childKey, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, node, childKey, see);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function importOf(node: Node): Omit<Import, 'line'> | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier: literal(node.source), typeOnly: node.importKind === 'type' };
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return node.source ? { specifier: literal(node.source), typeOnly: node.exportKind === 'type' } : null;
    case 'TSImportType':
      return { specifier: literal(node.source), typeOnly: true };
    case 'TSExternalModuleReference':
      return { specifier: literal(node.expression), typeOnly: false };
    case 'ImportExpression':
      return { specifier: literal(node.source), typeOnly: false };
    case 'CallExpression':
      if (!isNamed(node.callee, 'require')) return null;
      return { specifier: literal((node.arguments as unknown[])[0]), typeOnly: false };
    default:
      return null;
  }
}

function literal(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === 'Literal' && typeof value.value === 'string') return value.value;
  if (value.type === 'TSLiteralType') return literal(value.literal);
  if (value.type !== 'TemplateLiteral' || (value.expressions as unknown[]).length > 0) return null;
  const [only] = value.quasis as { value: { cooked: string } }[];
  return only?.value.cooked ?? null;
}

function readsEnvironment(node: Node): boolean {
  if (node.type === 'MemberExpression') return memberOf(node, 'process') === 'env';
  if (node.type === 'VariableDeclarator' && isProcess(node.init)) return bindsEnv(node.id);
  if (node.type !== 'ImportDeclaration' || !/^(node:)?process$/.test(literal(node.source) ?? '')) return false;
  return (node.specifiers as Node[]).some((s) => s.type === 'ImportSpecifier' && isNamed(s.imported, 'env'));
}

function bindsEnv(pattern: unknown): boolean {
  if (!isNode(pattern) || pattern.type !== 'ObjectPattern') return false;
  return (pattern.properties as Node[]).some((p) => isNamed(p.key, 'env') || p.type === 'RestElement');
}

function isProcess(value: unknown): boolean {
  if (isNamed(value, 'process')) return true;
  return isNode(value) && value.type === 'MemberExpression' && memberOf(value, 'globalThis') === 'process';
}

/** Returns the property's name if the node is `object.property` or `object['property']`, also through globalThis. */
function memberOf(node: Node, object: string): string | null {
  if (node.type !== 'MemberExpression') return null;
  const matches = object === 'process' ? isProcess(node.object) : isNamed(node.object, object);
  if (!matches) return null;
  return node.computed ? literal(node.property) : ((node.property as Node).name as string);
}

function isNamed(value: unknown, name: string): boolean {
  return isNode(value) && value.type === 'Identifier' && value.name === name;
}

function impureName(node: Node, parent: Node | null, key: string): string | null {
  if (memberOf(node, 'Date') === 'now') return 'Date.now';
  if (memberOf(node, 'Math') === 'random') return 'Math.random';
  if (node.type === 'NewExpression' && isNamed(node.callee, 'Date')) {
    return (node.arguments as unknown[]).length === 0 ? 'new Date() without an argument' : null;
  }
  if (node.type === 'CallExpression' && isNamed(node.callee, 'Date')) return 'Date() without new';
  if (node.type !== 'Identifier' || !impureGlobals.includes(node.name as string)) return null;
  return isLabel(parent, key) ? null : (node.name as string);
}

/** Returns true for a name behind a dot or before a colon. It is then a property of something else, not the global. */
function isLabel(parent: Node | null, key: string): boolean {
  if (!parent || parent.computed) return false;
  if (key === 'property') return parent.type === 'MemberExpression';
  return key === 'key';
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    return after === -1 ? starts.length : after;
  };
}
