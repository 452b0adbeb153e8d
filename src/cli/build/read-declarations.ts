type Source = { from: string; name: string };

/** One declaration, with the comment above it. */
export type Statement = {
  text: string;
  /** Every word of it outside comments and strings: what it may refer to. */
  words: Set<string>;
  /** `import("…").Name`, as the compiler writes for types that were inferred. */
  inlineImports: Source[];
};

/** A declaration file as the compiler wrote it, by the names it declares, imports, and exports from elsewhere. */
export type DeclarationFile = {
  statements: Map<string, Statement>;
  imports: Map<string, Source>;
  forwards: Map<string, Source & { typeOnly: boolean }>;
};

const declared =
  /^(?:export )?(?:declare )?(?:abstract )?(?:type|interface|const|let|var|function|class|enum) ([\w$]+)/;
const listed = /^(import|export) (type )?\{([^}]*)\} from ['"]([^'"]+)['"];$/;

/** Reads what `tsc` emits, which is far more regular than what people write. Throws on anything it does not know. */
export function readDeclarations(text: string): DeclarationFile {
  const file: DeclarationFile = { statements: new Map(), imports: new Map(), forwards: new Map() };
  for (const { comment, code } of split(text)) {
    if (/^export \{\s*\};$/.test(code)) continue;
    const name = declared.exec(code)?.[1];
    if (name !== undefined) {
      file.statements.set(name, readStatement(comment, code));
      continue;
    }
    const list = listed.exec(code);
    if (list === null) throw new Error(`not a declaration that can be read: ${code.slice(0, 200)}`);
    const [, verb, typeOnly, names = '', from = ''] = list;
    for (const item of names.split(',')) {
      const [, type, original = '', alias] = /^\s*(type )?([\w$]+)(?: as ([\w$]+))?\s*$/.exec(item) ?? [];
      if (original === '') continue;
      const source = { from, name: original };
      if (verb === 'import') file.imports.set(alias ?? original, source);
      else file.forwards.set(alias ?? original, { ...source, typeOnly: Boolean(typeOnly ?? type) });
    }
  }
  return file;
}

function readStatement(comment: string, code: string): Statement {
  const bare = code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, (part) =>
    part.startsWith('/') ? ' ' : '""',
  );
  return {
    text: comment + code,
    words: new Set(bare.match(/[\w$]+/g)),
    inlineImports: [...code.matchAll(/import\("([^"]+)"\)\.([\w$]+)/g)].map(([, from = '', name = '']) => ({
      from,
      name,
    })),
  };
}

/** A comment, a text, a bracket, or a semicolon: all that matters for where a statement ends. */
const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[{}()[\];]/g;
/** These end with their closing brace, all others with a semicolon. */
const bodied = /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|enum) /;

function* split(text: string): Generator<{ comment: string; code: string }> {
  let begin = 0;
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(token)) {
    if (/^[{([]$/.test(found)) depth++;
    if (/^[})\]]$/.test(found)) depth--;
    const end = index + found.length;
    const soFar = text.slice(begin, end);
    const [comment = ''] = /^(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*/.exec(soFar) ?? [];
    const code = soFar.slice(comment.length);
    const ended = found === ';' || (found === '}' && bodied.test(code));
    if (depth > 0 || !ended) continue;
    yield { comment: comment.trimStart(), code };
    begin = end;
  }
  if (/\w/.test(text.slice(begin).replace(/\/\/.*/g, '')))
    throw new Error('a declaration file ends in the middle of a statement');
}
