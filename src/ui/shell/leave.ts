import { signOut } from '#src/ui/data/project/session.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';

/** Signs the user out. A failure is shown, because the user would otherwise believe to be signed out. */
export async function leave(): Promise<void> {
  if (await signOut()) return;
  toast({
    tone: 'failure',
    title: 'Not signed out.',
    description: 'Ringback did not answer.',
    action: { label: 'Try again', onClick: () => void leave() },
  });
}
