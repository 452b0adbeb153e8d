'use client';

import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { signOut } from '#src/ui/data/session.ts';
import { Button } from '#src/ui/parts/button.tsx';

export function SignOutButton() {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const leave = async () => {
    setState('busy');
    if (!(await signOut())) setState('failed');
  };
  const label = state === 'failed' ? 'Sign out: that did not work, try again' : 'Sign out';
  return (
    <Button
      kind="ghost"
      size="icon"
      icon={LogOut}
      busy={state === 'busy'}
      onClick={leave}
      aria-label={label}
      title={label}
    />
  );
}
