'use client';

import { useLiveState } from '#src/ui/data/live/use-live.ts';
import { useConnection } from '#src/ui/data/use-connection.ts';
import { Pulse } from '#src/ui/parts/page/pulse.tsx';

const looks = {
  idle: ['on', 'Live'],
  live: ['on', 'Live'],
  off: ['off', 'Refreshing every few seconds'],
  // The state is not known yet, so nothing is shown.
  opening: null,
} as const;

/** Shows whether the page is current, and how it is kept current. */
export function Liveness() {
  const connected = useConnection();
  const state = useLiveState();
  const told = state !== 'off';
  const look = connected ? looks[state] : (['warn', 'Connection lost, trying again'] as const);
  return (
    <span
      role="status"
      title={connected && !told ? 'No live updates: something between here and Ringback holds them back.' : undefined}
      className="mr-2 flex items-center gap-2 text-12 whitespace-nowrap text-fg-muted max-sm:mr-1"
    >
      {look && <Pulse tone={look[0]} />}
      {look?.[1]}
    </span>
  );
}
