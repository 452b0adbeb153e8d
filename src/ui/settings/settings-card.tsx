import type { ReactNode } from 'react';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';

type SettingsCardProps<View> = {
  title: string;
  /** Settings that are loaded, with the error if they could not be. */
  query: { data: View | undefined; error: unknown; refetch: () => Promise<unknown> };
  /** Sentence for the error, such as "The quotas could not be loaded". */
  failed: string;
  /** Class of the height of a row, so that nothing moves when the settings are there. */
  row: string;
  children: (view: View, isOwner: boolean) => ReactNode;
};

/** Card with four rows of settings. Owners may change what others only read. */
export function SettingsCard<View>({ title, query, failed, row, children }: SettingsCardProps<View>) {
  const role = useMe().data?.role;
  const isReady = query.data !== undefined && role !== undefined;
  return (
    <Card label={title} busy={!isReady && !query.error}>
      <CardHead title={title} />
      {query.data !== undefined && role !== undefined ? (
        children(query.data, role === 'owner')
      ) : query.error ? (
        <Failure error={query.error} what={failed} onRetry={() => void query.refetch()} />
      ) : (
        <div aria-hidden className="divide-y">
          {[1, 2, 3, 4].map((number) => (
            <div key={number} className={`grid content-center gap-2 px-4 ${row}`}>
              <Skeleton className="w-40" />
              <Skeleton className="w-80" />
            </div>
          ))}
        </div>
      )}
    </Card>
  );
}
