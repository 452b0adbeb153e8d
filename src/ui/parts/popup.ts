/** Menus and popovers float, so they alone have a shadow; they come in with 4 px of movement. */
export const popupClass =
  'rounded-card border bg-raised shadow-3 outline-none transition-[opacity,translate] duration-[180ms] ' +
  'data-starting-style:-translate-y-1 data-starting-style:opacity-0 data-ending-style:opacity-0';

export const menuPopupClass = `${popupClass} p-1`;

export const menuItemClass =
  'flex h-[30px] max-sm:h-11 cursor-default items-center gap-2 rounded-tag px-2 whitespace-nowrap outline-none data-highlighted:bg-active';
