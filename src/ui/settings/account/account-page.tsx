'use client';

import { useMe } from '#src/ui/data/project/use-me.ts';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { PasswordCard } from './password-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

/** Page of the user's own password and sessions. */
export function AccountPage() {
  const email = useMe().data?.user?.email;
  return (
    <SettingsPage title="Account" note={email ? `Signed in as ${email}.` : 'Your own, in every project.'}>
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1">
        <SessionsCard />
        <PasswordCard email={email ?? ''} />
      </div>
    </SettingsPage>
  );
}
