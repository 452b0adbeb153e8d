'use client';

import type { ComponentProps } from 'react';
import { goTo } from '#src/ui/data/browser/address.ts';

/** A link to the same page with another filter. It is a real link, so that it can be opened in a new tab. */
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
