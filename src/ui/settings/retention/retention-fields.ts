import type { Retention, RetentionPreview, RetentionView } from '#src/contract/project/retention.ts';

export type RetentionKey = keyof Retention;
export type RetentionChange = { [Key in RetentionKey]?: number | null };

type FieldWords = { key: RetentionKey; of: RetentionPreview['of'][number]['what']; label: string; covers: string };

/** Data that is kept for a while, in the order in which it is shown. */
export const retentionFields: readonly FieldWords[] = [
  {
    key: 'resultTtlSeconds',
    of: 'results',
    label: 'Results',
    covers: 'From the job’s end on, where a job does not say it itself. Holds for jobs that are submitted from now on.',
  },
  {
    key: 'jobsDays',
    of: 'jobs',
    label: 'Jobs',
    covers: 'From their end on. With a job goes everything that hangs on it: request, attempts, deliveries.',
  },
  {
    key: 'attemptsDays',
    of: 'attempts',
    label: 'Attempts',
    covers: 'From the job’s end on, with what was sent and answered. At most as long as jobs.',
  },
  {
    key: 'deliveriesDays',
    of: 'deliveries',
    label: 'Deliveries',
    covers: 'From the delivery’s end on, with its attempts. At most as long as jobs.',
  },
];

/** Reasons why something old enough is not deleted yet. */
export const heldWords: Readonly<Record<FieldWords['of'], string>> = {
  results: 'a delivery still needs them',
  jobs: 'a result is still kept, or a delivery under way',
  attempts: '',
  deliveries: 'they are still under way',
};

export const ttlUnits = [
  { value: '1', label: 'seconds', one: 'second' },
  { value: '60', label: 'minutes', one: 'minute' },
  { value: '3600', label: 'hours', one: 'hour' },
  { value: '86400', label: 'days', one: 'day' },
] as const;
export type TtlUnit = (typeof ttlUnits)[number]['value'];

/** Typed values. An empty one means the server's value. */
export type Draft = Record<RetentionKey, string> & { ttlUnit: TtlUnit };

/** Returns the largest unit in which a duration is a whole number. */
export function unitOf(seconds: number): TtlUnit {
  return ttlUnits.findLast(({ value }) => seconds > 0 && seconds % Number(value) === 0)?.value ?? '1';
}

/** Returns a value in words: `30 days`, `1 hour`. */
export function valueText(key: RetentionKey, value: number): string {
  if (key !== 'resultTtlSeconds') return value === 1 ? '1 day' : `${value} days`;
  const unit = ttlUnits.find((each) => each.value === unitOf(value)) ?? ttlUnits[0];
  const amount = value / Number(unit.value);
  return `${amount.toLocaleString('en-US')} ${amount === 1 ? unit.one : unit.label}`;
}

/** Returns the first values of the form. */
export function draftOf(view: RetentionView): Draft {
  const unit = unitOf(view.resultTtlSeconds);
  const text = (key: RetentionKey, per = 1) => (view.own.includes(key) ? String(view[key] / per) : '');
  return {
    resultTtlSeconds: text('resultTtlSeconds', Number(unit)),
    jobsDays: text('jobsDays'),
    attemptsDays: text('attemptsDays'),
    deliveriesDays: text('deliveriesDays'),
    ttlUnit: unit,
  };
}

const longestTtl = 2_592_000;
const mostDays = 3_650;

function numberIn(draft: Draft, key: RetentionKey): { value: number | null } | { wrong: string } {
  const text = draft[key].trim();
  if (text === '') return { value: null };
  const typed = Number(text);
  if (key === 'resultTtlSeconds') {
    const seconds = Math.round(typed * Number(draft.ttlUnit));
    return typed >= 0 && seconds <= longestTtl ? { value: seconds } : { wrong: 'At most 30 days.' };
  }
  return Number.isInteger(typed) && typed >= 1 && typed <= mostDays
    ? { value: typed }
    : { wrong: 'A whole number of days, 1 to 3,650.' };
}

/** Returns the values that differ from the current ones, and the errors of the values that cannot be saved. */
export function changeOf(
  draft: Draft,
  view: RetentionView,
): { change: RetentionChange; wrong: Partial<Record<RetentionKey, string>> } {
  const change: RetentionChange = {};
  const wrong: Partial<Record<RetentionKey, string>> = {};
  for (const { key } of retentionFields) {
    const read = numberIn(draft, key);
    const isOwn = view.own.includes(key);
    if ('wrong' in read) wrong[key] = read.wrong;
    else if (read.value === null ? isOwn : !isOwn || read.value !== view[key]) change[key] = read.value;
  }
  for (const key of ['attemptsDays', 'deliveriesDays'] as const) {
    const days = numberIn(draft, key);
    const jobs = numberIn(draft, 'jobsDays');
    if ('wrong' in days || 'wrong' in jobs || days.value === null) continue;
    const most = jobs.value ?? view.defaults.jobsDays;
    if (days.value > most) wrong[key] = `At most as long as jobs: ${valueText('jobsDays', most)}.`;
  }
  return { change, wrong };
}

/** Returns the values that a change makes shorter. */
export function shortened(change: RetentionChange, view: RetentionView): { key: RetentionKey; next: number }[] {
  return retentionFields.flatMap(({ key }) => {
    const changed = change[key];
    if (changed === undefined) return [];
    const next = changed ?? view.defaults[key];
    return next < view[key] ? [{ key, next }] : [];
  });
}

/** Returns a count in words: `1,204 jobs`, `10,000+ attempts`, `1 job`. */
export function countText(what: FieldWords['of'], { count, capped }: { count: number; capped: boolean }): string {
  const word = count !== 1 ? what : what === 'deliveries' ? 'delivery' : what.slice(0, -1);
  return `${count.toLocaleString('en-US')}${capped ? '+' : ''} ${word}`;
}
