import type { ReactNode } from 'react';

type Props = {
  title: ReactNode;
  /** One line under the title. */
  note?: ReactNode;
  /** Buttons at the right, at most one of them primary. */
  children?: ReactNode;
};

/** Shows the title of a page and its actions. */
export function PageHead({ title, note, children }: Props) {
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
      <div className="min-w-0 flex-[1_1_auto]">
        <h1 className="truncate">{title}</h1>
        {note && <p className="text-fg-muted">{note}</p>}
      </div>
      {children && (
        <div className="flex max-w-full flex-none items-center gap-2 max-sm:overflow-x-auto">{children}</div>
      )}
    </div>
  );
}
