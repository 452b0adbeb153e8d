'use client';

import { useAttempt } from '#src/ui/data/job/use-attempt.ts';
import { AttemptDetail } from '#src/ui/parts/attempt/attempt-detail.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';

/** Shows a receiver's answer to one attempt: its headers, and the first 16 KiB of its body. */
export function DeliveryAnswer({ deliveryId, number }: { deliveryId: string; number: number }) {
  const { data: attempt, error, refetch } = useAttempt(deliveryId, number);
  if (attempt) return <AttemptDetail attempt={attempt} />;
  return (
    <div className="border-t p-4">
      {error ? (
        <Failure error={error} what="The answer could not be loaded" onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="w-1/2" />
      )}
    </div>
  );
}
