import type { ReactNode } from 'react';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';

type Props = {
  title: string;
  /** One sentence about what the page decides. */
  note: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
};

/** Frame of a page about the project or about the user's account. */
export function SettingsPage({ title, note, actions, children }: Props) {
  return (
    <>
      <TopBar>
        <span>{title}</span>
      </TopBar>
      <PageBody capped>
        <PageHead title={title} note={note}>
          {actions}
        </PageHead>
        {children}
      </PageBody>
    </>
  );
}
