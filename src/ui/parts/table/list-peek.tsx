import { type ComponentType, Suspense } from 'react';
import type { PeekProps } from './peek-frame.tsx';
import { neighboursOf, rowOf, type usePeek } from './use-peek.ts';

type Props = {
  peek: ReturnType<typeof usePeek>;
  /** The ids of the rows, in their order. */
  ids: string[];
  /** What shows a row. It may be loaded only when it is needed. */
  panel: ComponentType<PeekProps>;
};

/** The panel beside a list, for the row that is looked at. Without such a row, it is nothing. */
export function ListPeek({ peek, ids, panel: Panel }: Props) {
  if (peek.id === null) return null;
  return (
    <Suspense fallback={<aside className="peek" aria-hidden />}>
      <Panel
        id={peek.id}
        neighbours={neighboursOf(ids, peek.id)}
        onShow={(id) => {
          peek.show(id);
          rowOf(id)?.scrollIntoView({ block: 'nearest' });
        }}
        onClose={peek.close}
      />
    </Suspense>
  );
}
