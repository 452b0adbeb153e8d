import { readFileSync } from 'node:fs';
import path from 'node:path';

const file = path.resolve(import.meta.dirname, '../../../src/client/README.md');

/** The examples of the client's README in a language, in order. */
export function readExamples(language: 'ts' | 'sql'): string[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].filter(([, name]) => name === language).map(([, , code = '']) => code);
}

/** The one example that begins so. */
export function readExample(language: 'ts' | 'sql', beginning: string): string {
  const [found, second] = readExamples(language).filter((code) => code.startsWith(beginning));
  if (found === undefined || second !== undefined) throw new Error(`not one example begins with ${beginning}`);
  return found;
}
