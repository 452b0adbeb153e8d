import Link from 'next/link';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { BrandMark } from '#src/ui/parts/page/brand-mark.tsx';

export function NotFound() {
  return (
    <main className="grid min-h-screen content-center justify-items-center gap-2 p-6 text-center">
      <BrandMark />
      <h1 className="mt-2">There is no such page</h1>
      <p className="text-fg-muted">The address may be cut short.</p>
      <Link href="/jobs" className={`${buttonClass()} mt-3`}>
        Show all jobs
      </Link>
    </main>
  );
}
