import type { EgressView } from '#src/contract/project/egress-check.ts';
import { ShieldCheck } from '#src/ui/icons/icons.ts';
import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';

type Props = { query: { data: EgressView | undefined; error: unknown; refetch: () => unknown } };

/** Shows the exceptions that are configured on the server. */
export function AllowListCard({ query }: Props) {
  const { data } = query;
  return (
    <Card label="Allow list" busy={!data && !query.error}>
      <CardHead title="Allow list" />
      {data ? (
        <Rules view={data} />
      ) : query.error ? (
        <Failure error={query.error} what="The allow list could not be loaded" onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonTable rows={2} head={false} />
      )}
      <CardFoot>
        Set by <code>{data?.setting ?? 'RINGBACK_EGRESS_ALLOW'}</code> in the environment of web and workers, for all
        projects; it is read at their start.
      </CardFoot>
    </Card>
  );
}

function Rules({ view }: { view: EgressView }) {
  if (view.allowed.length === 0 && !view.ownMachineAllowed)
    return (
      <EmptyState icon={ShieldCheck} title="No exception">
        Private, local and metadata addresses are all refused.
      </EmptyState>
    );
  return (
    <ul className="divide-y">
      {view.allowed.map((rule) => (
        <li key={rule} className="flex min-h-[38px] items-center px-4 font-mono text-12 wrap-anywhere">
          {rule}
        </li>
      ))}
      {view.ownMachineAllowed && (
        <li className="grid gap-0.5 px-4 py-3">
          <span className="font-medium">This machine</span>
          <span className="text-12 text-fg-muted">
            <code>localhost</code> and its addresses, because the server runs for development (<code>RINGBACK_DEV</code>
            ).
          </span>
        </li>
      )}
    </ul>
  );
}
