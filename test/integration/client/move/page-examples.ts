import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const checkout = path.resolve(import.meta.dirname, '../../../..');

/** Returns the examples of a page, as they stand on it. Only the examples were copied. */
export function readPage(name: 'inngest-fetch' | 'trigger-background-fetch'): string {
  return readFileSync(path.join(import.meta.dirname, 'pages', `${name}.txt`), 'utf8');
}

/** Returns a file of the checkout, as a guide. */
export function readGuide(name: string): string {
  return readFileSync(path.join(checkout, name), 'utf8');
}

/** Returns the code of the fences of a page, without their indent. `after` is the text of the fence's first line. */
export function fences(page: string): { after: string; code: string }[] {
  const all = [...page.matchAll(/^( *)```(.*)\n([\s\S]*?)^\1```/gm)];
  return all.map(([, indent = '', after = '', code = '']) => ({
    after: after.trim(),
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** What surrounds an example of Trigger.dev in the reader's project: the imports, their client, and their own names. */
export function surroundTrigger(code: string, client: object = { id: 'my-webapp' }, apiKey = 'sk'): string {
  return `import { TriggerClient, eventTrigger, redactString } from '@ringback/client/trigger';
type CreateChatCompetionResponseData = { answer: number };
export const client = new TriggerClient(${JSON.stringify(client)});
const auth = { apiKey: '${apiKey}' };
${code}`;
}

/** Returns the reader's module with their Inngest client. */
export function inngestClient(client: object = { id: 'my-app' }): string {
  return `import { Inngest } from '@ringback/client/inngest';
export const inngest = new Inngest(${JSON.stringify(client)});
`;
}

/** All examples of the pages as files of a project that has the client package. */
export function pageExamples(): Record<string, string> {
  const [fragment, retrying, timeouts] = fences(readPage('trigger-background-fetch'));
  const [retrieve, parallel, aiSdk] = fences(readPage('inngest-fetch'));
  const withClient = (code = '') => `import { inngest } from "./client.js";\n${code}`;
  return {
    'trigger-retrying.ts': surroundTrigger(retrying?.code ?? ''),
    'trigger-timeouts.ts': surroundTrigger(timeouts?.code ?? ''),
    'trigger-rules.ts': surroundTrigger(
      `export const rules: Parameters<import('@ringback/client').RunIo['backgroundFetch']>[3] = ${fragment?.code};`,
    ),
    'client.ts': inngestClient(),
    'inngest-retrieve.ts': (retrieve?.code ?? '').replace('"./client"', '"./client.js"'),
    'inngest-parallel.ts': withClient(parallel?.code),
    'inngest-ai.ts': withClient(aiSdk?.code).replace("'inngest'", "'@ringback/client/inngest'"),
  };
}

/** Modules written out of pages, so that they run as files of a project do. */
export type ExampleModules = {
  /** Writes a module. `changes` are texts that must be in it, and what takes their place. */
  write(name: string, code: string, changes?: Readonly<Record<string, string>>): Promise<string>;
  /** Loads a module that was written. */
  load<T>(name: string): Promise<T>;
  close(): Promise<void>;
};

/** Makes a folder for modules. It is inside the checkout, so that packages are found. */
export async function startExampleModules(): Promise<ExampleModules> {
  const dist = path.join(checkout, 'dist');
  await mkdir(dist, { recursive: true });
  const folder = await mkdtemp(path.join(dist, 'examples-'));
  return {
    async write(name, code, changes = {}) {
      let text = code;
      for (const [from, to] of Object.entries(changes)) {
        if (!text.includes(from)) throw new Error(`The example ${name} has no ${from}`);
        text = text.replaceAll(from, () => to);
      }
      const file = path.join(folder, name);
      await writeFile(
        file,
        text
          .replaceAll('@ringback/client', `${checkout}/src/client`)
          .replaceAll(/(from ')(\/[^']+\/src\/client)((?:\/\w+)?)'/g, "$1$2$3/index.ts'"),
      );
      return file;
    },
    load: (name) => import(pathToFileURL(path.join(folder, name)).href),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
