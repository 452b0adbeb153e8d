import { parseArgs } from 'node:util';
import { runSoak, type SoakReport } from './soak.ts';
import { makeUndo, undoWhenTold } from './undo.ts';

/** `npm run soak -- --minutes 60 --seed 7`: the processes of production, broken again and again. Exits with 1 for a fault. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' }, quiet: { type: 'boolean' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('Use: npm run soak -- [--minutes 10] [--seed 1] [--quiet]');
  process.exit(2);
}

const began = performance.now();
const clock = () => `${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s`;
console.log(
  `Seed ${seed}: ${minutes} minutes of faults. To do the same again: npm run soak -- --minutes ${minutes} --seed ${seed}`,
);
const undo = makeUndo();
undoWhenTold(undo);
const report = await runSoak(
  {
    seed,
    seconds: minutes * 60,
    leastAccepted: 1,
    pace: 'production',
    faultEveryMs: 6_000,
    awaySeconds: 12,
    lanes: 6,
    pauseMs: 300,
    quietSeconds: 300,
    say: (line) => values.quiet || console.log(`${clock()}  ${line}`),
  },
  undo,
);
print(report);
process.exit(Object.values(report.findings).some((found) => found.length > 0) ? 1 : 0);

function print({ injected, findings, ...rest }: SoakReport): void {
  const row = (name: string, count: number) => console.log(`${String(count).padStart(9)}  ${name}`);
  console.log('\nFaults');
  for (const [name, count] of Object.entries(injected)) row(name, count);
  console.log('\nWork');
  row('jobs that were accepted', rest.accepted);
  row('calls that an outage left without an answer', rest.unanswered);
  row('jobs, with those of schedules and of calls without an answer', rest.jobs);
  row('attempts of jobs', rest.attempts);
  row('deliveries', rest.deliveries);
  row('webhooks that were confirmed', rest.confirmed);
  row('requests that brought them', rest.webhookRequests);
  row('readers of streams', rest.streams);
  row('connections that they made', rest.connections);
  row('runs that were accepted', rest.runs);
  row('model responses that were accepted', rest.responses);
  row('bulk operations', rest.operations);
  row('frozen workers that were fenced', rest.fenced);
  row('seconds from the last fault until all was done', Math.ceil(rest.quietAfterSeconds));
  console.log('\nMust be zero');
  for (const [name, found] of Object.entries(findings)) {
    row(name, found.length);
    for (const one of found.slice(0, 5)) console.log(`             ${one}`);
  }
}
