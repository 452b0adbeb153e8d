import { signOut } from '#src/ui/data/project/session.ts';
import { toast } from '#src/ui/parts/overlay/toast.tsx';

/** Signs out; what goes wrong is said, since one would else believe to be out. */
export async function leave(): Promise<void> {
  if (await signOut()) return;
  toast({
    tone: 'failure',
    title: 'Not signed out.',
    description: 'Ringback did not answer.',
    action: { label: 'Try again', onClick: () => void leave() },
  });
}
