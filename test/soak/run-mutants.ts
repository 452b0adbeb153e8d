import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { applyEdits } from './mutants/apply-edits.ts';
import { type Mutant, mutants } from './mutants/mutants.ts';
import { makeUndo, undoWhenTold } from './undo.ts';

/**
 * `node test/soak/run-mutants.ts [--only TEXT] [--seed 1] [--tries 3] [--control]`: puts one fault after the other into a copy
 * of the product, and looks whether a short soak finds it, with further seeds if it does not at once. With `--control` the
 * same soaks are run without the faults, and must find nothing. Exits with 1 if a mutant was not found, or a control found
 * something.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    tries: { type: 'string', default: '3' },
    control: { type: 'boolean', default: false },
  },
});
const root = join(import.meta.dirname, '..', '..');
const undo = makeUndo();
undoWhenTold(undo);
const chosen = mutants.filter(({ name }) => name.includes(values.only));
let failed = 0;
for (const mutant of chosen) if (!(await isFound(mutant))) failed += 1;
const what = values.control ? 'controls found nothing' : 'mutants were found';
say(`\n${chosen.length - failed} of ${chosen.length} ${what}`);
await undo.run();
process.exit(failed > 0 ? 1 : 0);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

type Found = Record<string, number>;

async function isFound(mutant: Mutant): Promise<boolean> {
  const copy = await makeCopy(mutant);
  const tries = values.control ? 1 : Number(values.tries);
  for (let again = 0; again < tries; again++) {
    const seed = Number(values.seed) + again;
    const found = await soakIn(copy, mutant.name, seed);
    const shown = mutant.shownBy.filter((finding) => (found[finding] ?? 0) > 0);
    const isRight = values.control ? Object.keys(found).length === 0 : shown.length > 0;
    say(`${isRight ? '  ok' : 'MISS'}  ${mutant.name}, seed ${seed}: ${JSON.stringify(found)}`);
    if (isRight || values.control) return isRight;
  }
  return false;
}

/** Copies what a soak needs into a folder of its own, and puts the fault in. */
async function makeCopy({ edits }: Mutant): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'ringback-mutant-'));
  undo.add(() => rm(copy, { recursive: true, force: true }));
  for (const name of ['src', 'test', 'prisma', 'package.json'])
    await cp(join(root, name), join(copy, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  if (!values.control) await applyEdits(copy, edits);
  return copy;
}

async function soakIn(copy: string, name: string, seed: number): Promise<Found> {
  const child = fork('test/soak/mutants/soak-one.ts', [name, String(seed)], { cwd: copy, execArgv: [], silent: true });
  const exit = once(child, 'exit');
  undo.add(async () => {
    child.kill('SIGTERM');
    await exit;
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await exit;
  // This process is told to end: what is left is undone, and then it ends.
  if (child.killed) return new Promise(() => {});
  const last = output.trim().split('\n').at(-1) ?? '';
  if (code !== 0 || !last.startsWith('{')) throw new Error(`the soak of "${name}" failed:\n${output.slice(-3_000)}`);
  return JSON.parse(last) as Found;
}
