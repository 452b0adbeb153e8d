/** Class of menus and popovers. They float, so they have a shadow. They appear with 4 px of movement. */
export const popupClass =
  'rounded-card border bg-raised shadow-3 outline-none transition-[opacity,translate] duration-[180ms] ' +
  'data-starting-style:-translate-y-1 data-starting-style:opacity-0 data-ending-style:opacity-0';

export const menuPopupClass = `${popupClass} p-1`;

export const menuItemClass =
  'flex h-[30px] max-sm:h-11 cursor-default items-center gap-2 rounded-tag px-2 whitespace-nowrap outline-none data-highlighted:bg-active data-disabled:text-fg-subtle';

export const menuLabelClass = 'px-2 pt-1.5 pb-1 text-12 text-fg-subtle';

/** Class of the backdrop behind dialogs. */
export const backdropClass =
  'fixed inset-0 z-40 bg-[rgb(0_0_0/0.4)] transition-opacity duration-[180ms] data-ending-style:opacity-0 data-starting-style:opacity-0';

/**
 * Class of a dialog in the middle of the window. It is as high as its content, and scrolls inside if the window is
 * lower.
 */
export const dialogClass =
  'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-32px)] max-w-[calc(100vw-32px)] -translate-1/2 flex-col rounded-dialog border bg-raised shadow-3 outline-none transition-opacity duration-[180ms] data-ending-style:opacity-0 data-starting-style:opacity-0';
