import type { Operation, OperationInput } from '#src/contract/job/operation.ts';

const kinds: Readonly<Record<string, string>> = {
  resend_failed: 'Send failed deliveries again',
  replay_skipped: 'Replay skipped deliveries',
  cancel_jobs: 'Cancel jobs',
  rerun_jobs: 'Run jobs again',
};

/** What an operation does. */
export function kindText(kind: string): string {
  return kinds[kind] ?? kind.replaceAll('_', ' ');
}

/** Whether it deals with jobs or with deliveries. */
export function itemWord(kind: string): string {
  return kind.endsWith('_jobs') ? 'jobs' : 'deliveries';
}

/** What it was started with, in short. */
export function inputText({ input }: Pick<Operation, 'input'>): string {
  return [...selectionText(input), `at most ${input.perSecond} a second`].join('; ');
}

function selectionText(input: OperationInput): string[] {
  if (input.jobs === undefined) return [`since ${input.since.slice(0, 16).replace('T', ' ')} UTC`];
  if (input.jobs.filter === undefined) return [`${input.jobs.picked} picked`];
  const filter = Object.entries(input.jobs.filter);
  return [filter.map(([name, value]) => `${name}: ${[value].flat().join(', ')}`).join('; ')];
}

/** Why it was stopped by itself; null where somebody did, or where it was not. */
export function brokenOffText({ errors, input }: Pick<Operation, 'errors' | 'input'>): string | null {
  return (input.jobs === undefined && errors.find(({ id }) => id === input.endpointId)?.message) || null;
}

/** Why some could not be dealt with: `: 3 × secrets erased`. Of many, the first twenty say it; empty where nothing is known. */
export function reasonsText({ errors, failed }: Pick<Operation, 'errors' | 'failed'>): string {
  const reasons = Map.groupBy(errors, ({ code }) => code);
  const whole = errors.length === failed;
  const texts = [...reasons.values()].map((same) => {
    const words = (same[0]?.code ?? '').replaceAll('_', ' ');
    return whole ? `${same.length} × ${words}` : words;
  });
  return texts.length > 0 ? `: ${texts.join(', ')}` : '';
}
