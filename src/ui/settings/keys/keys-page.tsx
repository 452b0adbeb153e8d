'use client';

import { useState } from 'react';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { Plus } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { OwnersOnly } from '#src/ui/settings/owners-only.tsx';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { KeysCard } from './keys-card.tsx';
import { SigningKeysCard } from './signing-keys-card.tsx';
import { WebhookSecretsCard } from './webhook-secrets-card.tsx';

/** Page of the keys that the user's code signs in with, and of the secrets that sign its callbacks. */
export function KeysPage() {
  const isOwner = useIsOwner();
  const [making, setMaking] = useState(false);
  const make = () => setMaking(true);
  return (
    <SettingsPage
      title="API keys"
      note="What your code signs in with, and what signs the callbacks it gets."
      actions={
        isOwner && (
          <Button kind="primary" icon={Plus} onClick={make}>
            New key
          </Button>
        )
      }
    >
      <OwnersOnly what="API keys">
        <KeysCard onMake={make} />
        <WebhookSecretsCard />
        <SigningKeysCard />
      </OwnersOnly>
      {making && <CreateKeyDialog onClose={() => setMaking(false)} />}
    </SettingsPage>
  );
}
