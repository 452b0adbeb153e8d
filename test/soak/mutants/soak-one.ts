import { runSoak } from '#test/soak/soak.ts';
import { makeUndo, undoWhenTold } from '#test/soak/undo.ts';
import { mutants } from './mutants.ts';

/**
 * Runs the short soak of one mutant: `node test/soak/mutants/soak-one.ts NAME SEED`, in a copy that `run-mutants.ts` has
 * edited. The last line is what was found, as JSON.
 */
const [, , name, seed] = process.argv;
const mutant = mutants.find((one) => one.name === name);
if (mutant === undefined) throw new Error(`there is no mutant "${name}"`);
const undo = makeUndo();
undoWhenTold(undo);
const { findings } = await runSoak(
  {
    seed: Number(seed),
    seconds: 15,
    leastAccepted: 0,
    pace: 'test',
    faultEveryMs: 1_500,
    awaySeconds: 9,
    lanes: 5,
    pauseMs: 150,
    quietSeconds: 30,
    say: () => {},
    load: mutant.load,
    faults: mutant.faults,
  },
  undo,
);
const found = Object.entries(findings).filter(([, places]) => places.length > 0);
process.stdout.write(
  `${JSON.stringify(Object.fromEntries(found.map(([finding, places]) => [finding, places.length])))}\n`,
);
process.exit(0);
