'use client';

import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { HeaderRows, HeaderValue } from '#src/ui/parts/form/header-rows.tsx';
import type { HeaderLine } from '#src/ui/parts/trial/form-values.ts';

type Props = {
  lines: readonly HeaderLine[];
  onChange: (lines: HeaderLine[]) => void;
  error: string | undefined;
};

/** Edits the headers of the request. A secret is sealed when it arrives, and is never shown again. */
export function HeaderLines({ lines, onChange, error }: Props) {
  return (
    <HeaderRows
      rows={lines}
      empty={{ name: '', value: '', secret: false }}
      error={error}
      placeholder="authorization"
      isFixed={() => false}
      value={({ value, secret }, change) => (
        <HeaderValue label="Header value" value={value} isSecret={secret} onChange={(to) => change({ value: to })} />
      )}
      beside={({ secret }, change) => (
        <Checkbox label="Secret" checked={secret} onChange={(to) => change({ secret: to })} />
      )}
      onChange={onChange}
    />
  );
}
