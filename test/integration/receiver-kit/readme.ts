import { readFileSync } from 'node:fs';
import path from 'node:path';

const checkout = path.resolve(import.meta.dirname, '../../..');
/** The client's, which comes with its package, and the one of the repository. */
export const readmes = { client: path.join(checkout, 'src/client/README.md'), root: path.join(checkout, 'README.md') };

/** The examples of a README in a language, in order. */
export function readExamples(language: 'ts' | 'sql', file = readmes.client): string[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].filter(([, name]) => name === language).map(([, , code = '']) => code);
}

/** The one example that begins so. */
export function readExample(language: 'ts' | 'sql', beginning: string, file = readmes.client): string {
  const [found, second] = readExamples(language, file).filter((code) => code.startsWith(beginning));
  if (found === undefined || second !== undefined) throw new Error(`not one example begins with ${beginning}`);
  return found;
}
