'use client';

import { Failure } from '#src/ui/parts/failure.tsx';
import { Skeleton } from '#src/ui/parts/skeleton.tsx';
import { AttemptDetail } from './attempt-detail.tsx';
import { useAttempt } from './use-attempt.ts';

/** What a receiver answered to one try: its headers, and the first 16 KiB. */
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
