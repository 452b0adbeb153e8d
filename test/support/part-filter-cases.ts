import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';

/** Condition: a delivery of the job `j` is in one of the states. */
export const called = (states: string) =>
  `exists (select 1 from delivery d where d.job_id = j.id and d.state in (${states}))`;
const toSeeded = (more = '') =>
  `exists (select 1 from delivery d join endpoint e on e.id = d.endpoint_id where d.job_id = j.id and e.name = 'seeded'${more})`;
const neverCalled = 'not exists (select 1 from delivery d where d.job_id = j.id)';
const tookMs = 'extract(epoch from j.ended_at - j.started_at) * 1000';
/** Value at a path of the metadata of the job `j`. */
export const valueAt = (path: string) => `(select q.metadata #>> '${path}' from job_request q where q.job_id = j.id)`;

/** Filters of jobs with the condition that says the same of a job `j` without any index. */
export const partFilterCases: [what: string, filter: JobFilterInput, where: string][] = [
  ['a failed callback', { callback: 'failed' }, called(`'failed'`)],
  ['a failed or a skipped one', { callback: ['skipped', 'failed'] }, called(`'failed', 'skipped'`)],
  ['one that waits', { callback: 'pending' }, called(`'pending'`)],
  ['one that is being sent', { callback: 'in_progress' }, called(`'in_progress'`)],
  ['one that is tried again', { callback: 'retrying' }, called(`'retrying'`)],
  ['a cancelled one', { callback: 'cancelled' }, called(`'cancelled'`)],
  [
    'a delivered one, and a state',
    { callback: 'delivered', state: 'failed' },
    `${called(`'delivered'`)} and j.state = 'failed'`,
  ],
  ['no callback, and a state', { callback: 'none', state: 'failed' }, `${neverCalled} and j.state = 'failed'`],
  [
    'none or a failed one, and a host',
    { callback: ['none', 'failed'], host: 'tenant-9.example.com' },
    `(${neverCalled} or ${called(`'failed'`)}) and j.host = 'tenant-9.example.com'`,
  ],
  [
    'a failed one and a label',
    { callback: 'failed', label: 'prod' },
    `${called(`'failed'`)} and 'prod' = any(j.labels)`,
  ],
  ['an endpoint, and a state', { endpoint: 'seeded', state: 'failed' }, `${toSeeded()} and j.state = 'failed'`],
  ['a failed one to an endpoint', { endpoint: 'SEEDED', callback: 'failed' }, toSeeded(` and d.state = 'failed'`)],
  [
    'none to an endpoint, or a skipped one',
    { endpoint: 'seeded', callback: ['none', 'skipped'], state: 'failed' },
    `(not ${toSeeded()} or ${toSeeded(` and d.state = 'skipped'`)}) and j.state = 'failed'`,
  ],
  ['many attempts', { attemptsMin: 3, state: 'failed' }, `j.attempt_count >= 3 and j.state = 'failed'`],
  ['few attempts', { attemptsMax: 2, state: 'cancelled' }, `j.attempt_count <= 2 and j.state = 'cancelled'`],
  [
    'a number of attempts',
    { attemptsMin: 3, attemptsMax: 3, host: 'tenant-7.example.com' },
    `j.attempt_count = 3 and j.host = 'tenant-7.example.com'`,
  ],
  ['a long duration', { durationMin: '2980ms', state: 'failed' }, `${tookMs} >= 2980 and j.state = 'failed'`],
  [
    'a range of durations',
    { durationMin: 981, durationMax: '2s', label: 'nightly' },
    `${tookMs} between 981 and 2000 and 'nightly' = any(j.labels)`,
  ],
  ['a value', { metadata: 'customer.id=42' }, `${valueAt('{customer,id}')} = '42'`],
  [
    'a value under a key with a dot',
    { metadata: 'customer.name\\.first=A=1', state: 'cancelled' },
    `${valueAt('{customer,name.first}')} = 'A=1' and j.state = 'cancelled'`,
  ],
  [
    'a value in a list',
    { metadata: 'tags.1=y3', state: 'failed' },
    `${valueAt('{tags,1}')} = 'y3' and j.state = 'failed'`,
  ],
  [
    'two values',
    { metadata: ['note=Große = Frage', 'customer.id=44'] },
    `${valueAt('{customer,id}')} = '44' and ${valueAt('{note}')} = 'Große = Frage'`,
  ],
];
