import clsx from 'clsx';
import type { ComponentProps } from 'react';
import { LoaderCircle } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { Tooltip } from '#src/ui/parts/overlay/tooltip.tsx';

type Kind = 'default' | 'primary' | 'ghost' | 'danger' | 'solid-danger';
type Size = 'medium' | 'small' | 'large' | 'icon';

const kinds: Record<Kind, string> = {
  default:
    'border-border-strong bg-surface text-fg shadow-1 not-disabled:hover:border-control-line not-disabled:hover:bg-hover not-disabled:active:bg-active',
  primary: 'border-transparent bg-accent text-on-accent shadow-1 not-disabled:hover:bg-accent-hover',
  ghost: 'border-transparent text-fg-muted not-disabled:hover:bg-active not-disabled:hover:text-fg',
  danger:
    'border-border-strong bg-surface text-failed-text shadow-1 not-disabled:hover:border-control-line not-disabled:hover:bg-hover not-disabled:active:bg-active',
  'solid-danger': 'border-transparent bg-danger text-on-accent shadow-1',
};
const sizes: Record<Size, string> = {
  small: 'h-7 px-2.5 max-sm:h-10',
  medium: 'h-8 px-3 max-sm:h-10',
  large: 'h-10 px-3',
  icon: 'size-7 max-sm:size-10',
};

export function buttonClass(kind: Kind = 'default', size: Size = 'medium'): string {
  return clsx(
    'inline-flex flex-none items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap transition-colors',
    kinds[kind],
    sizes[size],
    'disabled:cursor-not-allowed disabled:border-border disabled:bg-sunken disabled:text-fg-subtle disabled:shadow-none',
    'aria-disabled:cursor-not-allowed! aria-disabled:border-border! aria-disabled:bg-sunken! aria-disabled:text-fg-subtle! aria-disabled:shadow-none',
  );
}

type Props = ComponentProps<'button'> & {
  kind?: Kind;
  size?: Size;
  icon?: Icon;
  busy?: boolean;
  /**
   * Reason why the button cannot be pressed now. With it, the button is disabled, but it takes the focus and shows the
   * reason.
   */
  reason?: string | null | undefined;
};

/** A button. While it is busy, a spinner replaces its icon, which keeps the width, and a second click does nothing. */
export function Button(props: Props) {
  const { kind = 'default', size = 'medium', icon, busy = false, reason, className, children, ...rest } = props;
  const Icon = busy ? LoaderCircle : icon;
  const barred = busy || Boolean(reason);
  const button = (
    <button
      type="button"
      {...rest}
      className={clsx(buttonClass(kind, size), className)}
      aria-busy={busy || undefined}
      aria-disabled={reason ? true : rest['aria-disabled']}
      aria-description={reason ?? rest['aria-description']}
      onClick={barred ? (event) => event.preventDefault() : rest.onClick}
    >
      {Icon && (
        <Icon
          size={size === 'icon' ? 16 : 14}
          aria-hidden
          className={clsx('-ml-0.5', size === 'icon' && 'mr-[-2px]', busy && 'turning')}
        />
      )}
      {children}
    </button>
  );
  return reason ? <Tooltip text={reason}>{button}</Tooltip> : button;
}
