import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const cure = 'run: npm run generate';

function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

const schema = textOf('prisma/schema.prisma');
const generated = textOf('src/store/generated/internal/class.ts');

/** A string that the generated client has behind the name. */
function embedded(name: string): string {
  const [, json = ''] = new RegExp(`${name}[^"\n]*("(?:[^"\\\\]|\\\\.)*")`).exec(generated) ?? [];
  return JSON.parse(json);
}

/** The generator aligns columns, which says nothing. */
function unaligned(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ').trim();
}

/** The names of the fields of each model, as the schema has them. */
function fieldsOf(text: string): Record<string, string[]> {
  const models = text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm);
  const names = (body: string) => [...body.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name);
  return Object.fromEntries([...models].map(([, model = '', body = '']) => [model, names(body)]));
}

describe('the database client, which is committed', () => {
  test('is generated from the schema as it is', () => {
    expect(unaligned(embedded('"inlineSchema": ')), cure).toBe(unaligned(schema));
  });

  test('has the models and fields of the schema', () => {
    type Model = { fields: { name: string }[] };
    const { models } = JSON.parse(embedded('runtimeDataModel = ')) as { models: Record<string, Model> };
    const known = Object.entries(models).map(([model, { fields }]) => [model, fields.map(({ name }) => name)]);
    expect(Object.fromEntries(known), cure).toEqual(fieldsOf(schema));
  });

  test('is of the version that is installed', () => {
    const { dependencies } = JSON.parse(textOf('package.json'));
    expect(embedded('"clientVersion": '), cure).toBe(dependencies['@prisma/client']);
  });
});
