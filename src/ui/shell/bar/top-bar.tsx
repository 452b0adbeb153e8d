'use client';

import type { ReactNode } from 'react';
import { showOverlay } from '#src/ui/data/browser/overlay.ts';
import { useCommandKey } from '#src/ui/data/browser/use-command-key.ts';
import { Search } from '#src/ui/icons/icons.ts';
import { BrandMark } from '#src/ui/parts/page/brand-mark.tsx';
import { ThemeMenu } from '#src/ui/theme/theme-menu.tsx';
import { HelpMenu } from './help-menu.tsx';
import { Liveness } from './live-sign.tsx';
import { TimesMenu } from './times-menu.tsx';

/**
 * Shows where the user is, whether the page is current, and the help that is available everywhere. `children` are the
 * breadcrumb.
 */
export function TopBar({ children }: { children: ReactNode }) {
  return (
    <header className="sticky top-0 z-20 flex h-12 flex-none items-center gap-2 border-b bg-bg/88 px-6 backdrop-blur-[10px] max-sm:gap-0 max-sm:px-4">
      <span className="mr-2 hidden max-sm:block">
        <BrandMark />
      </span>
      <nav
        aria-label="Breadcrumb"
        className="flex min-w-0 flex-1 items-center gap-1.5 font-medium whitespace-nowrap max-sm:mr-3"
      >
        {children}
      </nav>
      <Liveness />
      <FindButton />
      <TimesMenu className="max-sm:hidden" />
      <ThemeMenu />
      <HelpMenu className="max-sm:hidden" />
    </header>
  );
}

function FindButton() {
  const key = useCommandKey();
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={() => showOverlay('palette')}
      className="flex h-7 w-[232px] flex-none items-center gap-2 rounded-control border border-border-strong bg-surface pr-1.5 pl-2 text-fg-subtle hover:border-control-line max-lg:w-[168px] max-sm:size-10 max-sm:justify-center max-sm:border-transparent max-sm:bg-transparent max-sm:p-0"
    >
      <Search size={14} aria-hidden className="flex-none max-sm:size-4" />
      <span className="flex-1 text-left max-sm:sr-only">Find or run…</span>
      <kbd className="max-sm:hidden">{key}K</kbd>
    </button>
  );
}
