import { isHeld, type Receiver, type WaitingDelivery } from '#src/contract/event/delivery-wait.ts';
import { Coming } from '#src/ui/parts/time/ago.tsx';

type Props = { delivery: WaitingDelivery; endpoint: Receiver | undefined };

/** Shows when an open delivery is sent next: `now`, `in 4 s`, or `held` with the time of the probe. */
export function NextSend({ delivery, endpoint }: Props) {
  if (delivery.state === 'in_progress') return 'being sent';
  if (!isHeld(endpoint)) return <Next at={delivery.nextAttemptAt} />;
  return (
    <>
      held, probe <Next at={endpoint?.pausedUntil ?? null} />
    </>
  );
}

function Next({ at }: { at: string | null }) {
  return at === null ? 'now' : <Coming at={at} />;
}
