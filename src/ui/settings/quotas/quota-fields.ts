import type { QuotasChange, QuotaView } from '#src/contract/project/quotas.ts';
import { quotaLimits } from '#src/domain/limits.ts';
import type { QuotaName } from '#src/domain/quota/quota.ts';

const mebibyte = 1_048_576;

/** What a quota is of, in words, with the unit in which it is typed. */
export type QuotaField = { label: string; covers: string; unit: string; per: number; most: number };

export const quotaFields: Readonly<Record<QuotaName, QuotaField>> = {
  openJobs: {
    label: 'Open jobs',
    covers: 'Jobs that have not ended, at once.',
    ...{ unit: 'jobs', per: 1, most: quotaLimits.openJobs },
  },
  jobsPerHour: {
    label: 'Jobs an hour',
    covers: 'Jobs accepted since the full hour, UTC.',
    ...{ unit: 'jobs', per: 1, most: quotaLimits.acceptedJobs },
  },
  jobsPerDay: {
    label: 'Jobs a day',
    covers: 'Jobs accepted since midnight, UTC.',
    ...{ unit: 'jobs', per: 1, most: quotaLimits.acceptedJobs },
  },
  storedBytes: {
    label: 'Stored bytes',
    covers:
      'Request bodies, results, events of streams, and what attempts and deliveries kept. Measured about every minute.',
    ...{ unit: 'MiB', per: mebibyte, most: quotaLimits.storedBytes },
  },
};

/** Typed values. An empty one means no limit. */
export type QuotaDraft = Record<QuotaName, string>;

/** Returns a limit as it is typed, rounded to a thousandth of its unit. */
function limitText({ name, limit }: QuotaView): string {
  return limit === null ? '' : String(Math.round((limit / quotaFields[name].per) * 1_000) / 1_000);
}

/** Returns the first values of the form. */
export function quotaDraftOf(quotas: readonly QuotaView[]): QuotaDraft {
  return Object.fromEntries(quotas.map((quota) => [quota.name, limitText(quota)])) as QuotaDraft;
}

/** Returns the quotas that differ from the current ones, and the errors of the values that cannot be saved. */
export function quotaChangeOf(
  draft: QuotaDraft,
  quotas: readonly QuotaView[],
): { change: QuotasChange; wrong: Partial<Record<QuotaName, string>> } {
  const change: QuotasChange = {};
  const wrong: Partial<Record<QuotaName, string>> = {};
  for (const quota of quotas) {
    const { name, limit } = quota;
    const { per, unit, most } = quotaFields[name];
    const text = draft[name].trim();
    // What is shown may be rounded, and stays as it is.
    if (text === limitText(quota)) continue;
    const amount = Math.round(Number(text) * per);
    const isRight = text === '' || (amount >= 1 && amount <= most && (per > 1 || Number.isInteger(Number(text))));
    const next = text === '' ? null : amount;
    if (!isRight)
      wrong[name] =
        `A ${per > 1 ? '' : 'whole '}number of ${unit}, at most ${Math.floor(most / per).toLocaleString('en-US')}.`;
    else if (next !== limit) change[name] = next;
  }
  return { change, wrong };
}
