import clsx from 'clsx';
import { type JobState, jobStates } from '#src/domain/job-state.ts';
import { stateLook } from '#src/ui/words/state-look.ts';
import { FilterLink } from './filter-link.tsx';
import { type Filters, filtersUrl } from './filters.ts';

const tabs: (JobState | null)[] = [null, ...jobStates];

export function StateTabs({ filters }: { filters: Filters }) {
  return (
    <nav
      aria-label="State"
      className="flex gap-5 overflow-x-auto border-b [scrollbar-width:none] max-sm:-mx-4 max-sm:px-4"
    >
      {tabs.map((state) => (
        <Tab key={state} state={state} filters={filters} />
      ))}
    </nav>
  );
}

function Tab({ state, filters }: { state: JobState | null; filters: Filters }) {
  const current = filters.state === state;
  const look = state && stateLook(state);
  return (
    <FilterLink
      href={filtersUrl(filters, { state })}
      aria-current={current ? 'page' : undefined}
      className={clsx(
        'inline-flex h-9 flex-none items-center gap-1.5 border-b-2 font-medium whitespace-nowrap hover:text-fg max-sm:h-11',
        current ? 'border-accent text-fg' : 'border-transparent text-fg-muted',
      )}
    >
      {look && <look.icon size={15} aria-hidden className={clsx(look.colour, 'text-state')} />}
      {look ? look.word : 'All'}
    </FilterLink>
  );
}
