import type { ReactNode } from 'react';
import { amountText } from '#src/contract/project/quota-words.ts';
import type { QuotaView } from '#src/contract/project/quotas.ts';
import { isQuotaNear } from '#src/domain/quota/quota.ts';
import { ProgressBar } from '#src/ui/parts/page/progress-bar.tsx';
import { Ago, Coming } from '#src/ui/parts/time/ago.tsx';
import { quotaFields } from './quota-fields.ts';

/** Shows one quota: what it covers, its limit, and where it stands. */
export function QuotaLine({ quota, children }: { quota: QuotaView; children: ReactNode }) {
  const { name, limit, used } = quota;
  const { label, covers } = quotaFields[name];
  return (
    <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,4fr)_minmax(0,5fr)] gap-x-6 gap-y-3 px-4 py-4 max-md:grid-cols-1">
      <div>
        <h3>{label}</h3>
        <p className="text-12 text-fg-muted">{covers}</p>
      </div>
      <div className="min-w-0">{children}</div>
      <div className="grid min-w-0 content-start gap-1.5">
        <p>
          <span className="font-medium">{usedText(quota)}</span>
          {limit !== null && <span className="text-fg-muted"> of {amountText(name, limit)}</span>}
        </p>
        {limit !== null && used !== null && (
          <ProgressBar label={`${label}: used`} total={limit} parts={[{ value: used, tone: toneOf(used, limit) }]} />
        )}
        <p className="text-12 text-fg-subtle">
          <When quota={quota} />
        </p>
      </div>
    </div>
  );
}

function usedText({ name, limit, used, capped }: QuotaView): string {
  if (used === null) return limit === null ? 'Not measured without a limit' : 'Not measured yet';
  return `${amountText(name, used)}${capped ? '+' : ''}`;
}

function toneOf(used: number, limit: number) {
  if (used >= limit) return 'failed';
  return isQuotaNear(used, limit) ? 'retrying' : 'accent';
}

function When({ quota: { name, since, resetsAt } }: { quota: QuotaView }) {
  if (resetsAt)
    return (
      <>
        Begins anew <Coming at={resetsAt} />
      </>
    );
  if (since)
    return (
      <>
        Measured <Ago at={since} sentence />
      </>
    );
  return name === 'openJobs' ? 'Now' : null;
}
