'use client';

import { HeaderRows, HeaderValue, KeptSecret } from '#src/ui/parts/form/header-rows.tsx';
import { type HeaderDraft, keepsSecret } from './draft.ts';

type Props = {
  headers: HeaderDraft[];
  /** Reason why secrets cannot keep their values; null if they can. */
  whyNotKept: string | null;
  error: string | undefined;
  onChange: (headers: HeaderDraft[]) => void;
};

/** Edits the headers of the new job. A secret keeps its value without being shown, or is replaced. */
export function HeadersEditor({ headers, whyNotKept, error, onChange }: Props) {
  return (
    <HeaderRows
      rows={headers}
      empty={{ name: '', value: '', shown: null, replaced: false }}
      error={error}
      isFixed={({ shown }) => shown !== null}
      value={(header, change) =>
        keepsSecret(header) ? (
          <KeptSecret
            name={header.name}
            shown={header.shown}
            whyNot={whyNotKept}
            onReplace={() => change({ replaced: true, value: '' })}
          />
        ) : (
          <HeaderValue
            label={`Value of ${header.name || 'the new header'}`}
            value={header.value}
            {...(header.replaced && { placeholder: 'the new secret value' })}
            onChange={(value) => change({ value })}
          />
        )
      }
      onChange={onChange}
    />
  );
}
