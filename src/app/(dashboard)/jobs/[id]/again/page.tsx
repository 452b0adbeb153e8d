import type { Metadata } from 'next';
import { AgainPage } from '#src/ui/again/again-page.tsx';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Run ${(await params).id} with edits` };
}

export default async function Page({ params }: Props) {
  return <AgainPage id={(await params).id} />;
}
