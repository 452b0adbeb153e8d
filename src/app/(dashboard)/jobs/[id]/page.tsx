import type { Metadata } from 'next';
import { JobPage } from '#src/ui/job/page/job-page.tsx';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).id };
}

export default async function Page({ params }: Props) {
  return <JobPage id={(await params).id} />;
}
