'use client';

import { useConnection } from '#src/ui/data/use-connection.ts';
import { useLiveState } from '#src/ui/data/use-live.ts';
import { Pulse } from '#src/ui/parts/pulse.tsx';

/** Whether what one sees is current, and how it is kept so. */
export function Liveness() {
  const connected = useConnection();
  const told = useLiveState() !== 'off';
  const [tone, words] = !connected
    ? (['warn', 'Connection lost, trying again'] as const)
    : told
      ? (['on', 'Live'] as const)
      : (['off', 'Refreshing every few seconds'] as const);
  return (
    <span
      role="status"
      title={connected && !told ? 'No live updates: something between here and Ringback holds them back.' : undefined}
      className="mr-2 flex items-center gap-2 text-12 whitespace-nowrap text-fg-muted max-sm:mr-1"
    >
      <Pulse tone={tone} />
      {words}
    </span>
  );
}
