'use client';

import { useMe } from '#src/ui/data/project/use-me.ts';
import { useConnection } from '#src/ui/data/use-connection.ts';
import { Pulse } from '#src/ui/parts/page/pulse.tsx';

export function useWorkersWords(): string {
  const count = useMe().data?.workersAlive;
  const connected = useConnection();
  if (count === undefined) return '';
  if (!connected) return 'Workers: not known now';
  return count === 0 ? 'No worker alive' : `${count} ${count === 1 ? 'worker' : 'workers'} alive`;
}

export function WorkersAlive({ className }: { className?: string }) {
  const count = useMe().data?.workersAlive;
  const words = useWorkersWords();
  const connected = useConnection();
  return (
    <>
      {count !== undefined && <Pulse tone={!connected ? 'off' : count > 0 ? 'on' : 'warn'} />}
      <span className={className}>{words}</span>
    </>
  );
}
