'use client';

import { Tabs as Base } from '@base-ui/react/tabs';
import clsx from 'clsx';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Icon } from '#src/ui/icons/make-icon.tsx';

type Tab<Value extends string> = {
  value: Value;
  label: string;
  icon?: Icon;
  /** Count as text: `57`, `10k+`. */
  count?: string | undefined;
  panel: ReactNode;
};
type Props<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  tabs: readonly Tab<Value>[];
};

export const tabListClass = 'flex gap-5 overflow-x-auto border-b [scrollbar-width:none] max-sm:-mx-4 max-sm:px-4';

/** Returns the class of a tab, also for a link to the same page with another filter. */
export function tabClass(current: boolean): string {
  return clsx(
    'inline-flex h-9 flex-none items-center gap-1.5 border-b-2 font-medium whitespace-nowrap hover:text-fg max-sm:h-11',
    current ? 'border-accent text-fg' : 'border-transparent text-fg-muted',
  );
}

/** Shows one of several panels. Tabs that are filters belong in the address: draw links with `tabClass`. */
export function Tabs<Value extends string>({ label, value, onChange, tabs }: Props<Value>) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as Value)} className="grid min-w-0 gap-4">
      <Base.List aria-label={label} className={tabListClass}>
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value} className={tabClass(tab.value === value)}>
            {tab.icon && <tab.icon size={15} aria-hidden />}
            {tab.label}
            {tab.count !== undefined && <span className="text-12 font-normal text-fg-subtle">{tab.count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="min-w-0">
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}

/**
 * Shows filters as tabs. The current one is scrolled into the strip whenever it or the width changes: a panel beside the
 * page makes the strip narrower.
 */
export function TabLinks({ label, current, children }: { label: string; current: string; children: ReactNode }) {
  const strip = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another current tab has to be scrolled to.
  useEffect(() => {
    const nav = strip.current;
    if (!nav) return;
    const resized = new ResizeObserver(() => showCurrent(nav));
    // A tab gets wider with its count, which comes later.
    for (const one of [nav, ...nav.children]) resized.observe(one);
    return () => resized.disconnect();
  }, [current]);
  return (
    <nav aria-label={label} ref={strip} className={tabListClass}>
      {children}
    </nav>
  );
}

function showCurrent(nav: HTMLElement): void {
  const tab = nav.querySelector('[aria-current]')?.getBoundingClientRect();
  const { left, right } = nav.getBoundingClientRect();
  if (!tab) return;
  // `scrollIntoView` would scroll the page too.
  if (tab.left < left) nav.scrollLeft -= left - tab.left;
  else if (tab.right > right) nav.scrollLeft += tab.right - right;
}
