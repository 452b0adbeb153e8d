import { NoSuch } from '#src/ui/parts/page/no-such.tsx';

type Props = { id: string; error: unknown; onRetry: () => void; level?: 1 | 2 };

/** Shows in place of a delivery why it is not there. */
export function NoDelivery(props: Props) {
  return (
    <NoSuch
      what="delivery"
      list={{ href: '/deliveries', name: 'deliveries' }}
      gone="it is older than the time that deliveries are kept"
      {...props}
    />
  );
}
