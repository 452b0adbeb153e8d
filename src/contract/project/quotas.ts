import { z } from 'zod';
import { quotaLimits } from '#src/domain/limits.ts';
import type { QuotaName } from '#src/domain/quota/quota.ts';

/** Who sets the quotas of projects: their owners, or only who runs this Ringback. */
export type QuotaSetter = 'owner' | 'operator';

/** One quota of a project, and where it stands. */
export type QuotaView = {
  name: QuotaName;
  /** Null: no limit. */
  limit: number | null;
  /** Null: not measured yet. Bytes are measured only while they have a limit. */
  used: number | null;
  /** True if `used` is where the counting stopped, and there may be more. */
  capped: boolean;
  /** Time since when jobs are counted, or when the bytes were last measured, ISO 8601; null: what is open now. */
  since: string | null;
  /** Time at which the count begins anew, ISO 8601; null: it does not. */
  resetsAt: string | null;
};

/** Answer of `settings.quotas`. */
export type QuotasView = { quotas: QuotaView[]; setBy: QuotaSetter };

const count = z.int().min(1);

/** Checks the input of `settings.setQuotas`. Null: no limit. Absent: the quota stays as it is. */
export const quotasInput = z.strictObject({
  openJobs: count.max(quotaLimits.openJobs).nullable().optional(),
  jobsPerHour: count.max(quotaLimits.acceptedJobs).nullable().optional(),
  jobsPerDay: count.max(quotaLimits.acceptedJobs).nullable().optional(),
  storedBytes: count.max(quotaLimits.storedBytes).nullable().optional(),
});

/** A change of quotas. */
export type QuotasChange = z.output<typeof quotasInput>;
