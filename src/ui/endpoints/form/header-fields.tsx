'use client';

import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { HeaderRows, HeaderValue, KeptSecret } from '#src/ui/parts/form/header-rows.tsx';
import type { HeaderLine } from './endpoint-form-values.ts';

type Props = {
  lines: readonly HeaderLine[];
  onChange: (lines: HeaderLine[]) => void;
  error: string | undefined;
};

/** Edits the headers that are sent with every delivery. A stored secret is kept until a new value is written. */
export function HeaderFields({ lines, onChange, error }: Props) {
  return (
    <HeaderRows
      rows={lines}
      empty={{ name: '', value: '', secret: false, kept: false }}
      error={error}
      placeholder="x-tenant"
      isFixed={({ kept }) => kept}
      value={({ name, value, kept }, change) =>
        kept ? (
          <KeptSecret name={name} onReplace={() => change({ kept: false, value: '' })} />
        ) : (
          <HeaderValue
            label={`Value of ${name || 'the header'}`}
            value={value}
            onChange={(to) => change({ value: to })}
          />
        )
      }
      beside={({ secret, kept }, change) =>
        !kept && <Checkbox label="Secret" checked={secret} onChange={(to) => change({ secret: to })} />
      }
      onChange={onChange}
    />
  );
}
