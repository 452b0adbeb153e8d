import { problemOf } from '#src/ui/data/refusal.ts';
import { Failure } from '#src/ui/parts/page/failure.tsx';

/** Shows in place of a delivery why it is not there. */
export function NoDelivery({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const isGone = problemOf(error).code === 'not_found';
  return (
    <div className="card">
      <Failure
        error={error}
        what={isGone ? 'There is no such delivery in this project' : 'The delivery could not be loaded'}
        onRetry={onRetry}
      />
    </div>
  );
}
