import type { Metadata } from 'next';
import { RunPage } from '#src/ui/runs/page/run-page.tsx';

type Props = { params: Promise<{ id: string }> };

export const metadata: Metadata = { title: 'Run' };

export default async function Page({ params }: Props) {
  return <RunPage id={(await params).id} />;
}
