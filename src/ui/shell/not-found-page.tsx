import { Elsewhere } from '#src/ui/parts/page/no-such.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from './page-body.tsx';

/** Page of an address that leads nowhere, in the frame of all others. */
export function NotFoundPage() {
  return (
    <>
      <TopBar>
        <span>Not found</span>
      </TopBar>
      <PageBody capped>
        <section className="card grid justify-items-center gap-1.5 px-6 py-9 text-center" aria-label="Not found">
          <h1>There is no such page</h1>
          <p className="max-w-[60ch] text-balance text-fg-muted">
            The address may be cut short. Jobs, deliveries, events and everything else with an id are found by it.
          </p>
          <Elsewhere list={{ href: '/jobs', name: 'jobs' }} />
        </section>
      </PageBody>
    </>
  );
}
