'use client';

import { type ComponentProps, useState } from 'react';
import { Eye, EyeOff } from '#src/ui/icons/icons.ts';
import { TextField } from '#src/ui/parts/form/field.tsx';

/** Password field that can show what is typed. */
export function SecretField(props: ComponentProps<typeof TextField>) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <TextField
      {...props}
      size="large"
      type={shown ? 'text' : 'password'}
      maxLength={128}
      end={
        <button
          type="button"
          className="-mr-1.5 inline-grid size-8 flex-none place-items-center rounded-tag text-fg-subtle hover:bg-active hover:text-fg"
          aria-label={shown ? 'Hide what is typed' : 'Show what is typed'}
          onClick={() => setShown(!shown)}
        >
          <Icon size={16} aria-hidden />
        </button>
      }
    />
  );
}
