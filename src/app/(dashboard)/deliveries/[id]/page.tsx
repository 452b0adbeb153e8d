import type { Metadata } from 'next';
import { DeliveryPage } from '#src/ui/deliveries/page/delivery-page.tsx';

type Props = { params: Promise<{ id: string }> };

export const metadata: Metadata = { title: 'Delivery' };

export default async function Page({ params }: Props) {
  return <DeliveryPage id={(await params).id} />;
}
