'use client';

import clsx from 'clsx';
import { goTo } from '#src/ui/data/browser/address.ts';
import { X } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { Chip } from '#src/ui/parts/text/chip.tsx';
import { actionGroups, actionText } from './action-words.ts';
import { type AuditFilters, auditUrl } from './audit-filters.ts';
import { useNames } from './use-names.ts';

const any = 'any';

/** Filters the log by action, actor and day. */
export function AuditFilterLine({ filters }: { filters: AuditFilters }) {
  const set = (change: Partial<AuditFilters>) => goTo(auditUrl(filters, change));
  return (
    <search aria-label="Audit log" className="flex flex-wrap items-center gap-2">
      <Select
        label="Action"
        className="max-sm:flex-1"
        value={filters.action || any}
        onChange={(action) => set({ action: action === any ? '' : action })}
        options={[{ value: any, label: 'Any action' }, ...knownActions(filters.action)]}
      />
      <ActorSelect actor={filters.actor} onChange={(actor) => set({ actor })} />
      <div className="flex items-center gap-2 max-sm:basis-full">
        <DayField label="From" value={filters.from} onChange={(from) => set({ from })} />
        <DayField label="to" value={filters.to} onChange={(to) => set({ to })} />
      </div>
      {filters.target && <Chip field="target" value={filters.target} onRemove={() => set({ target: '' })} />}
      {auditUrl(filters) !== '/settings/audit' && (
        <ShallowLink href="/settings/audit" className={buttonClass('ghost', 'small')}>
          <X size={14} aria-hidden /> Clear
        </ShallowLink>
      )}
    </search>
  );
}

/** Returns the groups, and the action of a link if it is not one of them. */
function knownActions(action: string): { value: string; label: string }[] {
  const isKnown = action === '' || actionGroups.some(({ value }) => value === action);
  return isKnown ? [...actionGroups] : [...actionGroups, { value: action, label: actionText(action) }];
}

/** Chooses an actor: a member of the project or a key. A removed one is still the actor of its past actions. */
function ActorSelect({ actor, onChange }: { actor: string; onChange: (actor: string) => void }) {
  const known = [...useNames().actors];
  if (actor && !known.some(({ value }) => value === actor)) known.push({ value: actor, label: actor });
  return (
    <Select
      label="Actor"
      className="max-w-[240px] max-sm:flex-1"
      value={actor || any}
      onChange={(next) => onChange(next === any ? '' : next)}
      options={[{ value: any, label: 'Anybody' }, ...known]}
    />
  );
}

type DayProps = { label: string; value: string; onChange: (day: string) => void };

function DayField({ label, value, onChange }: DayProps) {
  return (
    <span className="flex min-w-0 items-center gap-2 max-sm:flex-1">
      <span aria-hidden className={clsx('text-fg-muted', label === 'From' && 'max-sm:hidden')}>
        {label}
      </span>
      <TextField
        bare
        label={label === 'to' ? 'To day, UTC' : 'From day, UTC'}
        type="date"
        className="w-[140px] max-sm:w-auto max-sm:flex-1"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}
