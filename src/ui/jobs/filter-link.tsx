'use client';

import type { ComponentProps } from 'react';

/** Changes the address without a round trip: Next gives the new one to `useSearchParams`. */
export function goTo(url: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') window.history.pushState(null, '', url);
  else window.history.replaceState(null, '', url);
}

/** A link to the same list, filtered otherwise. A real one: it opens in a new tab when asked to. */
export function FilterLink({ href, ...rest }: ComponentProps<'a'> & { href: string }) {
  return (
    <a
      href={href}
      {...rest}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        goTo(href);
      }}
    />
  );
}
