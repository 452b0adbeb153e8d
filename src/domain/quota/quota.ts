/** What a project may have a quota of, in the order in which quotas are shown. */
export const quotaNames = ['openJobs', 'jobsPerHour', 'jobsPerDay', 'storedBytes'] as const;

export type QuotaName = (typeof quotaNames)[number];

/** Quotas of a project; null: no limit. */
export type Quotas = Record<QuotaName, number | null>;

/** Where a project stands. */
export type QuotaUse = Record<QuotaName, number>;

/** Share of a quota from which people are warned. */
export const quotaWarnShare = 0.9;

/**
 * Returns the quotas that leave no room for one more job with a body of so many bytes. Bytes that are all used leave no
 * room for a job without a body either, because its result is stored too.
 */
export function fullQuotas(quotas: Quotas, use: QuotaUse, bodyBytes: number): QuotaName[] {
  return quotaNames.filter((name) => {
    const limit = quotas[name];
    if (limit === null) return false;
    return name === 'storedBytes' ? use[name] + Math.max(1, bodyBytes) > limit : use[name] >= limit;
  });
}

/** Returns the use after one more job. */
export function oneJobMore(use: QuotaUse, bodyBytes: number): QuotaUse {
  return {
    openJobs: use.openJobs + 1,
    jobsPerHour: use.jobsPerHour + 1,
    jobsPerDay: use.jobsPerDay + 1,
    storedBytes: use.storedBytes + bodyBytes,
  };
}

/** Returns true if so much of a quota is used that people are warned. */
export function isQuotaNear(used: number, limit: number): boolean {
  return used >= limit * quotaWarnShare;
}
