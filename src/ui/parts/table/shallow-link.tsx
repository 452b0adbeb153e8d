'use client';

import type { ComponentProps } from 'react';
import { goTo } from '#src/ui/data/browser/address.ts';

/** A link to the same page, filtered otherwise. A real one: it opens in a new tab when asked to. */
export function ShallowLink({ href, ...rest }: ComponentProps<'a'> & { href: string }) {
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
