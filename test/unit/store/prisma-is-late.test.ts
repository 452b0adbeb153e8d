import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const script = `
  import { registerHooks } from 'node:module';
  const asked = [];
  registerHooks({ resolve: (specifier, context, next) => (asked.push(specifier), next(specifier, context)) });
  const ofPrisma = () => asked.filter((specifier) => /^@prisma|store\\/generated/.test(specifier)).length;
  await import('#src/worker/worker-process.ts');
  const forWorker = ofPrisma();
  const { makeDb } = await import('#src/store/db/database.ts');
  const db = makeDb('postgres://nobody@127.0.0.1:1/nothing', { max: 1, name: 'test' });
  const forDb = ofPrisma();
  void db.prisma;
  console.log(JSON.stringify({ forWorker, forDb, afterUse: ofPrisma() > 0 }));`;

it('Prisma’s client is loaded when it is first used: a worker never does', () => {
  const cwd = path.resolve(import.meta.dirname, '../../..');
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ forWorker: 0, forDb: 0, afterUse: true });
});
