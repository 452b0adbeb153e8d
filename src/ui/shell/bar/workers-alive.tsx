'use client';

import { useMe } from '#src/ui/data/project/use-me.ts';
import { Pulse } from '#src/ui/parts/page/pulse.tsx';

export function useWorkersWords(): string {
  const count = useMe().data?.workersAlive;
  if (count === undefined) return '';
  return count === 0 ? 'No worker alive' : `${count} ${count === 1 ? 'worker' : 'workers'} alive`;
}

export function WorkersAlive({ className }: { className?: string }) {
  const count = useMe().data?.workersAlive;
  const words = useWorkersWords();
  return (
    <>
      {count !== undefined && <Pulse tone={count > 0 ? 'on' : 'warn'} />}
      <span className={className}>{words}</span>
    </>
  );
}
