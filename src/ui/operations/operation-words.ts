import type { Operation } from '#src/contract/operation.ts';

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
  const given = input as Record<string, unknown>;
  const parts: string[] = [];
  if (typeof given.since === 'string') parts.push(`since ${given.since.slice(0, 16).replace('T', ' ')} UTC`);
  if (Array.isArray(given.ids)) parts.push(`${given.ids.length} picked`);
  const { filter } = given;
  if (filter && typeof filter === 'object') {
    parts.push(
      Object.entries(filter)
        .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
        .join(', '),
    );
  }
  if (typeof given.perSecond === 'number') parts.push(`at most ${given.perSecond} a second`);
  return parts.join('; ');
}
