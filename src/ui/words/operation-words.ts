import type { Operation, OperationInput } from '#src/contract/job/operation.ts';
import { dateTimeText, zoneText } from './time-text.ts';

const kinds: Readonly<Record<string, string>> = {
  resend_failed: 'Send failed deliveries again',
  replay_skipped: 'Replay skipped deliveries',
  resend_deliveries: 'Send deliveries again',
  cancel_jobs: 'Cancel jobs',
  rerun_jobs: 'Run jobs again',
};

/** Returns what an operation does. */
export function kindText(kind: string): string {
  return kinds[kind] ?? kind.replaceAll('_', ' ');
}

/** Returns whether an operation handles jobs or deliveries. */
export function itemWord(kind: string): string {
  return kind.endsWith('_jobs') ? 'jobs' : 'deliveries';
}

/** Returns the input of an operation in short. */
export function inputText({ input }: Pick<Operation, 'input'>, zone: string): string {
  return [...selectionText(input, zone), `at most ${input.perSecond} a second`].join('; ');
}

function selectionText(input: OperationInput, zone: string): string[] {
  const selection = input.jobs ?? input.deliveries;
  if (selection === undefined)
    return 'since' in input ? [`since ${dateTimeText(input.since, zone)} ${zoneText(input.since, zone)}`] : [];
  if (selection.filter === undefined) return [`${selection.picked} picked`];
  const filter = Object.entries(selection.filter);
  return [filter.map(([name, value]) => `${name}: ${[value].flat().join(', ')}`).join('; ')];
}

/** Returns the reason why an operation stopped by itself; null if it did not, or if somebody stopped it. */
export function brokenOffText({ errors, input }: Pick<Operation, 'errors' | 'input'>): string | null {
  return ('endpointId' in input && errors.find(({ id }) => id === input.endpointId)?.message) || null;
}

/**
 * Returns the reasons why some items failed: `: 3 × secrets erased`. Of many failures, only the first twenty are known.
 * Without a known reason, the text is empty.
 */
export function reasonsText({ errors, failed }: Pick<Operation, 'errors' | 'failed'>): string {
  const reasons = Map.groupBy(errors, ({ code }) => code);
  const whole = errors.length === failed;
  const texts = [...reasons.values()].map((same) => {
    const words = (same[0]?.code ?? '').replaceAll('_', ' ');
    return whole ? `${same.length} × ${words}` : words;
  });
  return texts.length > 0 ? `: ${texts.join(', ')}` : '';
}

/** Returns the address of the list of what an operation has made, cancelled, or sent again; null: nothing yet. */
export function operationHref({ id, kind, done }: Pick<Operation, 'id' | 'kind' | 'done'>): string | null {
  if (done === 0) return null;
  return `/${itemWord(kind)}?operation=${id}`;
}
