'use client';

import { useConnection } from '#src/ui/data/use-connection.ts';
import { Pulse } from '#src/ui/parts/pulse.tsx';

export function Liveness() {
  const connected = useConnection();
  return (
    <span role="status" className="mr-2 flex items-center gap-2 text-12 whitespace-nowrap text-fg-muted max-sm:mr-1">
      <Pulse tone={connected ? 'on' : 'warn'} />
      {connected ? 'Live' : 'Connection lost, trying again'}
    </span>
  );
}
