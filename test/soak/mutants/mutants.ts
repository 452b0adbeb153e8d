import type { FindingName } from '#test/soak/findings.ts';
import type { KindWeights } from '#test/soak/load.ts';
import type { FaultName } from '#test/soak/soak-faults.ts';

/** One change of a file: a text that is in it exactly once, and what takes its place. */
export type Edit = { file: string; find: string; replace: string };

/**
 * A fault that is put into a copy of the product, to see that the soak finds it. `load` and `faults` are aimed at its place.
 * The edits never touch the product itself.
 */
export type Mutant = {
  name: string;
  edits: readonly Edit[];
  load: KindWeights;
  faults: readonly FaultName[];
  /** Any one of these shows it. */
  shownBy: readonly FindingName[];
};

const plain: KindWeights = { single: 4, batch: 2 };

export const mutants: readonly Mutant[] = [
  {
    name: 'claims are not fenced',
    // The key of the table of attempts is a second fence, which goes too.
    edits: [
      {
        file: 'src/store/job/update-jobs.ts',
        find: 'where (id, claim_id) in (select * from unnest($1::uuid[], $2::uuid[]))',
        replace: 'where id in (select i from unnest($1::uuid[], $2::uuid[]) as t(i, c))',
      },
      {
        file: 'src/store/job/insert-attempts.ts',
        find: 'written.from}`;',
        replace: 'written.from} on conflict do nothing`;',
      },
    ],
    load: { batch: 3, single: 3 },
    faults: ['worker frozen past its lease, then woken'],
    shownBy: ['jobs with gaps in their attempts', 'terminal events doubled', 'ends that came under two ids'],
  },
  {
    name: 'deliveries are stored after the end, not with it',
    edits: [
      {
        file: 'src/engine/settle/settle-jobs.ts',
        find: '  await tellDeliveries(tx, deps, deliveries);',
        replace:
          '  setTimeout(() => void deps.db.transaction((own) => tellDeliveries(own, deps, deliveries)).catch(() => {}), 200);',
      },
    ],
    load: { batch: 3, single: 3 },
    faults: ['worker killed'],
    shownBy: ['ends without an event'],
  },
  {
    name: 'a retry counts twice',
    edits: [
      {
        file: 'src/engine/attempt/settlement.ts',
        find: '[decision.countAs]: (job.retries?.[decision.countAs] ?? 0) + 1 }',
        replace: '[decision.countAs]: (job.retries?.[decision.countAs] ?? 0) + 2 }',
      },
    ],
    load: { flaky: 1 },
    faults: [],
    shownBy: ['jobs that failed against their policy'],
  },
  {
    name: 'a delivery is delivered before its answer',
    edits: [
      {
        file: 'src/engine/deliver/settle-delivery.ts',
        find: '  const made = blameless\n',
        replace:
          "  const made = outcome.kind === 'connection_error'\n    ? { then: 'complete', rule: null, why: 'it was sent', inputs: {} } : blameless\n",
      },
    ],
    load: { single: 3, named: 1 },
    faults: ['receiver down'],
    shownBy: ['deliveries called delivered that no receiver confirmed'],
  },
  {
    name: 'secrets are not erased',
    edits: [
      {
        file: 'src/engine/settle/settle-jobs.ts',
        find: '  await eraseSecrets(tx, secrets);',
        replace: '  void secrets;',
      },
    ],
    load: { secret: 1 },
    faults: [],
    shownBy: ['secrets kept after the end'],
  },
  {
    name: 'secrets that a response repeats are not masked',
    edits: [
      {
        file: 'src/engine/attempt/known-secrets.ts',
        find: 'return [...queryValues(url, parameters), ...secret.map(([, value]) => value)];',
        replace: 'return [...queryValues(url, parameters)];',
      },
    ],
    load: { secret: 1 },
    faults: [],
    shownBy: ['places with a planted secret'],
  },
  {
    name: 'idempotency keys are ignored',
    edits: [
      {
        file: 'src/engine/submit/submit.ts',
        find: '  const owners = await resolveKeys(tx, jobs);',
        replace: '  const owners = new Map();',
      },
    ],
    load: { keyed: 1 },
    faults: [],
    shownBy: ['requests that became two jobs'],
  },
  {
    name: 'an event of a stream is dropped',
    edits: [
      {
        file: 'src/store/stream/write-events.ts',
        find: '      of.push(jobId);',
        replace: '      if (index === 3) continue;\n      of.push(jobId);',
      },
    ],
    load: { stream: 1 },
    faults: [],
    shownBy: ['streams with wrong events'],
  },
  {
    name: 'a reader who comes back misses an event',
    edits: [
      {
        file: 'src/server/rest/events-answer.ts',
        find: '? Number(given) : null',
        replace: '? Number(given) + 1 : null',
      },
    ],
    load: { stream: 1 },
    faults: [],
    shownBy: ['readers who did not get what is stored'],
  },
  {
    name: 'runs are not woken after a sleep',
    edits: [
      {
        file: 'src/worker/worker-process.ts',
        find: '() => wakeRuns(deps)',
        replace: '() => Promise.resolve(0 * wakeRuns.length)',
      },
    ],
    load: { run: 1 },
    faults: [],
    shownBy: ['runs lost or stuck'],
  },
  {
    name: 'a step of an operation is made by two workers',
    edits: [
      {
        file: 'src/engine/operate/step-selection.ts',
        find: 'if (!locked || locked.cursor !== row.cursor) return',
        replace: 'if (!locked) return',
      },
    ],
    load: { cancelMany: 1 },
    faults: [],
    shownBy: ['operations with wrong counts'],
  },
  {
    name: 'a flow lets one more go',
    edits: [
      {
        file: 'src/domain/flow/flow-clock.ts',
        find: ': flow.concurrency - flow.underWay',
        replace: ': flow.concurrency + 1 - flow.underWay',
      },
    ],
    load: { narrow: 1 },
    faults: [],
    shownBy: ['flow limits exceeded'],
  },
  {
    name: 'a pause is not heeded',
    edits: [
      {
        file: 'src/engine/dispatch/paused.ts',
        find: '      if (keys === undefined) return null;\n',
        replace: '      if (keys !== undefined || keys === undefined) return null;\n',
      },
    ],
    load: plain,
    faults: ['project paused', 'host paused'],
    shownBy: ['requests during a pause'],
  },
];
