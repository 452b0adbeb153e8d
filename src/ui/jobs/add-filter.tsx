'use client';

import { Popover } from '@base-ui/react/popover';
import { Plus } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { Button } from '#src/ui/parts/button.tsx';
import { inputBoxClass, inputClass } from '#src/ui/parts/input.ts';
import { popupClass } from '#src/ui/parts/popup.ts';
import { goTo } from './filter-link.tsx';
import { type Filters, filtersUrl, isStatusFilter, type NamedFilter, namedFilters } from './filters.ts';

const hints: Record<NamedFilter, { word: string; example: string }> = {
  host: { word: 'Host', example: 'api.openai.com' },
  label: { word: 'Label', example: 'prod' },
  status: { word: 'Last status', example: '429 or 5xx' },
};

/** Adds a filter by host, label or status of the last response. */
export function AddFilter({ filters }: { filters: Filters }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="inline-flex h-7 items-center gap-1.5 rounded-control border border-dashed border-border-strong px-2 text-fg-muted hover:border-control-line hover:text-fg max-sm:h-10">
        <Plus size={14} aria-hidden />
        Filter
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner align="start" sideOffset={4} collisionPadding={16} className="z-40">
          <Popover.Popup className={`${popupClass} w-72 max-w-[calc(100vw-32px)] p-3`}>
            <Popover.Title className="sr-only">Add a filter</Popover.Title>
            <FilterForm filters={filters} onDone={() => setOpen(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function FilterForm({ filters, onDone }: { filters: Filters; onDone: () => void }) {
  const [name, setName] = useState<NamedFilter>('host');
  const [value, setValue] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = name === 'label' ? value.trim() : value.trim().toLowerCase();
    if (!wanted || (name === 'status' && !isStatusFilter(wanted))) return setWrong(true);
    goTo(filtersUrl(filters, { [name]: wanted }));
    onDone();
  };
  return (
    <form className="grid gap-3" onSubmit={submit} noValidate>
      <fieldset className="grid grid-cols-3 gap-0.5 rounded-control bg-active p-0.5">
        <legend className="sr-only">What to filter by</legend>
        {namedFilters.map((each) => (
          <label
            key={each}
            className="grid h-6 place-items-center rounded-tag text-12 font-medium text-fg-muted has-checked:bg-surface has-checked:text-fg has-checked:shadow-1 has-focus-visible:outline-2 has-focus-visible:outline-accent max-sm:h-9"
          >
            <input
              type="radio"
              name="filter"
              className="sr-only"
              checked={name === each}
              onChange={() => setName(each)}
            />
            {hints[each].word}
          </label>
        ))}
      </fieldset>
      <span className={inputBoxClass('small')}>
        <input
          // biome-ignore lint/a11y/noAutofocus: the popover was opened to fill in just this.
          autoFocus
          className={inputClass}
          aria-label={`${hints[name].word} is`}
          placeholder={hints[name].example}
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? 'filter-problem' : undefined}
          value={value}
          onChange={(event) => {
            setValue(event.target.value);
            setWrong(false);
          }}
        />
      </span>
      {wrong && (
        <p id="filter-problem" role="alert" className="text-12 text-failed-text">
          {name === 'status' ? 'A status like 404, or a class like 5xx' : 'What should it be?'}
        </p>
      )}
      <Button type="submit" kind="primary" size="small">
        Add filter
      </Button>
    </form>
  );
}
