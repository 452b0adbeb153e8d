import clsx from 'clsx';

/**
 * Returns the class of the box around an input. The box has the border, the focus ring, and an icon if there is one.
 */
export function inputBoxClass(size: 'small' | 'medium' | 'large' | 'area'): string {
  return clsx(
    'flex min-w-0 items-center gap-2 rounded-control border border-border-strong bg-surface px-2.5 transition-colors hover:border-control-line',
    'has-[:is(input,textarea):focus]:border-accent has-[:is(input,textarea):focus]:shadow-[0_0_0_3px_color-mix(in_srgb,var(--color-accent)_22%,transparent)]',
    'has-[[aria-invalid=true]]:border-failed has-[:is(input,textarea):disabled]:bg-sunken',
    { small: 'h-7 max-sm:h-10', medium: 'h-8 max-sm:h-10', large: 'h-10', area: 'py-2' }[size],
  );
}

/** Font size 16 px on phones: with a smaller size, iOS zooms the page in on focus. */
export const inputClass = 'w-full min-w-0 bg-transparent outline-none focus-visible:shadow-none max-sm:text-16';
