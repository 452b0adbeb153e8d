'use client';

import { usePathname } from 'next/navigation';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';

/** Skeleton of the start page: its heading, and its parts as high as they will be. */
export function StartSkeleton() {
  return (
    <>
      <TopBar>
        <span>{usePathname() === '/jobs' ? 'Jobs' : 'Overview'}</span>
      </TopBar>
      <PageBody capped>
        <div className="min-h-12">
          <h1>Get your first ring back</h1>
          <span className="skeleton mt-3 w-1/3" />
        </div>
        <div className="card h-[84px]" aria-busy />
        <div className="card h-[58px]" aria-hidden />
        <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1 max-sm:gap-3" aria-hidden>
          <div className="card h-[420px]" />
          <div className="card h-[420px]" />
        </div>
      </PageBody>
    </>
  );
}
