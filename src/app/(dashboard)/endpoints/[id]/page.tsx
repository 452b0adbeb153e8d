import type { Metadata } from 'next';
import { EndpointPage } from '#src/ui/endpoints/page/endpoint-page.tsx';

type Props = { params: Promise<{ id: string }> };

export const metadata: Metadata = { title: 'Endpoint' };

export default async function Page({ params }: Props) {
  return <EndpointPage id={(await params).id} />;
}
