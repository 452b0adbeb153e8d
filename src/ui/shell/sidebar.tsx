'use client';

import { ListChecks } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useMe } from '#src/ui/data/use-me.ts';
import { BrandMark } from '#src/ui/parts/brand-mark.tsx';
import { Pulse } from '#src/ui/parts/pulse.tsx';
import { SignOutButton } from './sign-out-button.tsx';

export function Sidebar() {
  const { data: me } = useMe();
  const atList = usePathname() === '/';
  return (
    <aside className="sticky top-0 flex h-screen flex-col border-r bg-bg p-2 max-sm:hidden" aria-label="Project">
      <div className="mb-2 flex h-10 items-center gap-2.5 px-2 font-semibold" title={me?.project.name}>
        <BrandMark />
        <span className="truncate max-md:sr-only">{me?.project.name ?? 'Ringback'}</span>
      </div>
      <nav aria-label="Main">
        <Link
          href="/"
          aria-current={atList ? 'page' : 'true'}
          title="Jobs"
          className="flex h-[30px] items-center gap-2.5 rounded-control bg-active px-2 font-medium text-fg max-md:justify-center"
        >
          <ListChecks size={16} aria-hidden className="flex-none text-accent-text" />
          <span className="max-md:sr-only">Jobs</span>
        </Link>
      </nav>
      <div className="mt-auto grid gap-1 border-t pt-2 text-12 text-fg-muted">
        <WorkersAlive count={me?.workersAlive} />
        <div className="flex min-h-8 items-center gap-2 pl-2 max-md:flex-col max-md:pl-0">
          {me?.user && <Avatar email={me.user.email} />}
          <span className="min-w-0 flex-1 truncate max-md:sr-only" title={me?.user?.email}>
            {me?.user?.email}
          </span>
          <SignOutButton />
        </div>
      </div>
    </aside>
  );
}

function WorkersAlive({ count }: { count: number | undefined }) {
  const words =
    count === undefined ? '' : count === 0 ? 'No worker alive' : `${count} ${count === 1 ? 'worker' : 'workers'} alive`;
  return (
    <div className="flex min-h-7 items-center gap-2 px-2 max-md:justify-center" title={words}>
      {count !== undefined && <Pulse tone={count > 0 ? 'on' : 'warn'} />}
      <span className="max-md:sr-only">{words}</span>
    </div>
  );
}

function Avatar({ email }: { email: string }) {
  return (
    <span
      className="grid size-5 flex-none place-items-center rounded-full bg-accent-soft text-[10px] font-semibold text-accent-text uppercase"
      aria-hidden
    >
      {email.slice(0, 2)}
    </span>
  );
}
