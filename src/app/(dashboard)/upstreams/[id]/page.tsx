import type { Metadata } from 'next';
import { UpstreamPage } from '#src/ui/upstreams/page/upstream-page.tsx';

type Props = { params: Promise<{ id: string }> };

export const metadata: Metadata = { title: 'Upstream' };

export default async function Page({ params }: Props) {
  return <UpstreamPage id={decodeURIComponent((await params).id)} />;
}
