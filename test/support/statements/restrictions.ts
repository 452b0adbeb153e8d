import { type DatabaseName, featureTable } from './feature-table.ts';
import { projectScope } from './project-scope.ts';

/** Returns the feature for which a database refuses a statement; undefined: it takes it. */
export type Refuses = (features: ReadonlySet<string>, text: string) => string | undefined;

const missing =
  (database: DatabaseName, more: readonly string[] = []): Refuses =>
  (features) =>
    [...features].find((feature) => featureTable[feature]?.[database] === 'no' || more.includes(feature));

/** With tables that are spread by project: row locks only where the statement names one project. */
const spread: Refuses = (features, text) => {
  const lock = [...features].find((feature) => /^for (update|no key update|share|key share)$/.test(feature));
  return lock !== undefined && !/\bpgboss\./.test(text) && projectScope(text) === 'any' ? lock : undefined;
};

/**
 * What is refused: what each database lacks by the table of features; and what pg-boss does without on CockroachDB,
 * though its newer versions have it.
 */
export const restrictions = {
  CockroachDB: missing('CockroachDB'),
  'CockroachDB, as pg-boss sees it': missing('CockroachDB', ['skip locked', 'indexes that include columns']),
  YugabyteDB: missing('YugabyteDB'),
  'Citus, tables spread by project': spread,
  pooler: missing('pooler'),
} as const satisfies Record<string, Refuses>;

/** A name of `restrictions`. */
export type RestrictionName = keyof typeof restrictions;

/** What is tried, in its order. */
export const trials = [
  'migrations of an empty database',
  'first start',
  'submit',
  'request and callback',
  'list of jobs',
  'bulk operation',
  'start of a run',
  'sign-in',
  'start of a worker',
  'jobs of a dead worker',
] as const;

/** A name of `trials`. */
export type Trial = (typeof trials)[number];

const allWorks = Object.fromEntries(trials.map((trial) => [trial, 'works'])) as Readonly<Record<Trial, string>>;

const onCockroach: Readonly<Record<Trial, string>> = {
  ...allWorks,
  'migrations of an empty database': 'advisory locks of a session',
  'first start': 'advisory locks of a transaction',
  'bulk operation': 'on conflict of an expression',
  'start of a run': 'arguments by name',
  'sign-in': 'arguments by name',
  'start of a worker': 'arguments by name',
  'jobs of a dead worker': 'arguments by name',
};

/** What came out, which the tests hold: `works`, or the feature by whose refusal it fails first. */
export const outcomes: Readonly<Record<RestrictionName, Readonly<Record<Trial, string>>>> = {
  CockroachDB: onCockroach,
  'CockroachDB, as pg-boss sees it': { ...onCockroach, 'request and callback': 'skip locked' },
  YugabyteDB: {
    ...allWorks,
    'migrations of an empty database': 'advisory locks of a session',
    'first start': 'advisory locks of a transaction',
  },
  'Citus, tables spread by project': {
    ...allWorks,
    'request and callback': 'for update',
    'start of a worker': 'for update',
    'jobs of a dead worker': 'for update',
  },
  pooler: { ...allWorks, 'migrations of an empty database': 'advisory locks of a session' },
};
