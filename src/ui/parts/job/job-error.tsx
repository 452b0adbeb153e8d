import type { JobError } from '#src/domain/decide/decision.ts';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { CureText } from './cure-text.tsx';

/** Shows the reason why a job failed, and whether another attempt can help. */
export function JobErrorBanner({ error }: { error: JobError }) {
  return (
    <Banner tone="failed">
      <CureText text={error.message} /> <code className="text-fg-muted">{error.code}</code>{' '}
      <span className="text-fg-muted">{advice(error)}</span>
    </Banner>
  );
}

export function advice({ code, retryable }: JobError): string {
  if (code === 'worker_lost') return 'Whether the target did its part is not known.';
  return retryable ? 'The same request may work later.' : 'The same request will most likely fail again.';
}
