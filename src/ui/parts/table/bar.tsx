import type { ReactNode } from 'react';

/** Bar that floats over the bottom of the list. */
export function Bar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      className="sticky bottom-4 z-20 mx-auto flex min-h-12 max-w-full flex-wrap items-center gap-2 rounded-card border bg-raised px-3 py-2 shadow-3 max-sm:bottom-[76px] max-sm:w-full"
    >
      {children}
    </section>
  );
}
