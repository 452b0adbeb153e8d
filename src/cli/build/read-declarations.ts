type Source = { from: string; name: string };

/** A declaration with the comment above it. */
export type Statement = {
  text: string;
  /** All words of the declaration outside comments and strings. It may refer to these names. */
  words: Set<string>;
  /** Imports like `import("…").Name`, which the compiler writes for inferred types. */
  inlineImports: Source[];
};

/**
 * A declaration file, by the names that it declares, imports and re-exports. `aliases` has the names in
 * `export { local as name }`, each with the local one.
 */
export type DeclarationFile = {
  statements: Map<string, Statement>;
  imports: Map<string, Source>;
  forwards: Map<string, Source & { typeOnly: boolean }>;
  aliases: Map<string, string>;
};

const declared =
  /^(?:export )?(?:declare )?(?:abstract )?(?:type|interface|const|let|var|function|class|enum|namespace) ([\w$]+)/;
const listed = /^(import|export) (type )?\{([^}]*)\}(?: from ['"]([^'"]+)['"])?;$/;

/**
 * Parses a declaration file from `tsc` or from tRPC's bundler, which are far more regular than handwritten code. Throws
 * on unknown syntax.
 */
export function readDeclarations(text: string): DeclarationFile {
  const file: DeclarationFile = { statements: new Map(), imports: new Map(), forwards: new Map(), aliases: new Map() };
  for (const { comment, code } of split(text)) {
    if (/^export \{\s*\};$/.test(code) || /^import ['"]/.test(code)) continue;
    const name = declared.exec(code)?.[1];
    if (name !== undefined) {
      file.statements.set(name, joined(file.statements.get(name), readStatement(comment, code)));
      continue;
    }
    const list = listed.exec(code);
    if (list === null) throw new Error(`not a declaration that can be read: ${code.slice(0, 200)}`);
    const [, verb, typeOnly, names = '', from] = list;
    for (const item of names.split(',')) {
      const [, type, original = '', alias] = /^\s*(type )?([\w$]+)(?: as ([\w$]+))?\s*$/.exec(item) ?? [];
      if (original === '') continue;
      if (from === undefined) {
        file.aliases.set(alias ?? original, original);
        continue;
      }
      const source = { from, name: original };
      if (verb === 'import') file.imports.set(alias ?? original, source);
      else file.forwards.set(alias ?? original, { ...source, typeOnly: Boolean(typeOnly ?? type) });
    }
  }
  return file;
}

/** Joins declarations of one name: overloads, or an interface with its namespace. */
function joined(first: Statement | undefined, second: Statement): Statement {
  if (first === undefined) return second;
  return {
    text: `${first.text}\n${second.text}`,
    words: new Set([...first.words, ...second.words]),
    inlineImports: [...first.inlineImports, ...second.inlineImports],
  };
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

/** Matches a comment, a string, a bracket or a semicolon. Only these decide where a statement ends. */
const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[{}()[\];]/g;
/** Matches declarations that end with their closing brace. All others end with a semicolon. */
const bodied = /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|enum|namespace) /;

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
    // A brace in the middle of a line closes a type argument, as in `interface A extends B<{ c: 1 }> {}`.
    const closes = found === '}' && /^(\n|$)/.test(text.slice(end, end + 1));
    const ended = found === ';' || (closes && bodied.test(code));
    if (depth > 0 || !ended) continue;
    yield { comment: comment.trimStart(), code };
    begin = end;
  }
  if (/\w/.test(text.slice(begin).replace(/\/\/.*/g, '')))
    throw new Error('a declaration file ends in the middle of a statement');
}
