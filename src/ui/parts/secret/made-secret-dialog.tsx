'use client';

import type { MadeSecret } from '#src/contract/endpoint/endpoint.ts';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';

type Props = {
  title: string;
  secret: MadeSecret;
  /** True if the secret was revealed, which can be done once. */
  isLast?: boolean;
  onClose: () => void;
};

/** Shows a secret that was just made. It is not shown here again. The next step is described below it. */
export function MadeSecretDialog({ title, secret, isLast = false, onClose }: Props) {
  const value = secret.signing === 'v1' ? secret.secret : secret.publicKey;
  return (
    <Dialog
      open
      wide
      insistent
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={
        secret.signing === 'v1'
          ? `This is its signing secret. Put it where the receiver reads its settings; it can ${isLast ? 'not be revealed again' : 'be revealed only once more'}.`
          : 'This is the public key its deliveries verify with. The private half never leaves Ringback.'
      }
      footer={
        <Button kind="primary" onClick={onClose}>
          I have stored it
        </Button>
      }
    >
      <CodeBlock boxed wrap label={secret.signing === 'v1' ? 'the signing secret' : 'the public key'} text={value} />
      <p className="text-12 text-fg-subtle">
        In the receiver: <code>verifyCallback(request, process.env.RINGBACK_WEBHOOK_SECRET)</code>
      </p>
    </Dialog>
  );
}
