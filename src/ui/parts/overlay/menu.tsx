'use client';

import { Menu as Base } from '@base-ui/react/menu';
import clsx from 'clsx';
import Link from 'next/link';
import type { ReactElement, ReactNode } from 'react';
import { Check, ExternalLink } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { menuItemClass, menuLabelClass, menuPopupClass } from './popup.ts';

type MenuProps = {
  /** Element that opens the menu, such as a `Button`. */
  trigger: ReactElement;
  /** Accessible name of the menu. */
  label: string;
  align?: 'start' | 'end';
  side?: 'bottom' | 'top' | 'right';
  className?: string;
  children: ReactNode;
};

/** A menu of actions. Its items are `MenuItem`, `MenuLink`, `MenuChoice`, `MenuGroup` and `MenuLine`. */
export function Menu({ trigger, label, align = 'start', side = 'bottom', className, children }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={4} collisionPadding={8} className="z-60">
          <Base.Popup aria-label={label} className={clsx(menuPopupClass, className ?? 'min-w-[200px]')}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type ItemProps = { icon?: Icon; end?: ReactNode; children: ReactNode };

function Inside({ icon: Icon, end, children }: ItemProps) {
  return (
    <>
      {Icon && <Icon size={16} aria-hidden className="flex-none text-fg-subtle" />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {end}
    </>
  );
}

/** Menu item for an action. `end` is drawn at its right: a count, or its key. */
export function MenuItem(props: ItemProps & { onClick: () => void; danger?: boolean; disabled?: boolean }) {
  const { onClick, danger = false, disabled = false, ...inside } = props;
  return (
    <Base.Item
      disabled={disabled}
      onClick={() => onClick()}
      className={clsx(menuItemClass, danger && 'text-failed-text [&_svg]:text-failed-text')}
    >
      <Inside {...inside} />
    </Base.Item>
  );
}

/** Menu item that opens a page of the dashboard. */
export function MenuLink({ href, ...inside }: ItemProps & { href: string }) {
  return (
    <Base.LinkItem closeOnClick className={menuItemClass} render={<Link href={href} prefetch={false} />}>
      <Inside {...inside} />
    </Base.LinkItem>
  );
}

/** Menu item that opens a page outside the dashboard, in a tab of its own. */
export function MenuAway({ href, ...inside }: ItemProps & { href: string }) {
  return (
    <Base.LinkItem closeOnClick className={menuItemClass} href={href} target="_blank" rel="noreferrer">
      <Inside {...inside} end={<ExternalLink size={14} aria-hidden className="text-fg-subtle" />} />
    </Base.LinkItem>
  );
}

type ChoiceProps<Value extends string> = {
  label?: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: Icon }[];
};

/** Chooses one of several values, with a tick at the current one. */
export function MenuChoice<Value extends string>({ label, value, onChange, options }: ChoiceProps<Value>) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)} aria-label={label}>
      {label && <div className={menuLabelClass}>{label}</div>}
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} closeOnClick className={menuItemClass}>
          <Inside
            {...(option.icon && { icon: option.icon })}
            end={
              <Base.RadioItemIndicator>
                <Check size={14} aria-hidden />
              </Base.RadioItemIndicator>
            }
          >
            {option.label}
          </Inside>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

/** Menu items that belong together, under a heading. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className={menuLabelClass}>{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export function MenuLine() {
  return <Base.Separator className="-mx-1 my-1 border-t" />;
}
