import type { ReactNode } from 'react';

export function Tag({ children }: { children: ReactNode }) {
  return (
    <span className="inline-block max-w-full truncate rounded-tag bg-active px-1.5 align-middle text-12 leading-5 text-fg-muted">
      {children}
    </span>
  );
}

export function MethodTag({ method }: { method: string }) {
  return (
    <span className="rounded-tag bg-active px-1.5 py-1 font-mono text-12 leading-none font-semibold tracking-normal text-fg">
      {method}
    </span>
  );
}
