'use client';

import type { TlsView } from '#src/contract/shape/tls-input.ts';
import { ChevronRight } from '#src/ui/icons/icons.ts';
import { Checkbox } from './checkbox.tsx';
import { TextArea } from './field.tsx';
import type { TlsValues } from './tls-values.ts';

type Props = {
  /** What is stored; null: nothing. */
  stored: TlsView | null;
  values: TlsValues;
  onChange: (values: TlsValues) => void;
  /** Returns the error of a field, by the server's name for the field. */
  errorOf: (name: string) => string | undefined;
};

/** Shows the fields of certificates, folded up until somebody looks, or one of them is wrong. */
export function TlsFields({ stored, values, onChange, errorOf }: Props) {
  const wrong = ['tls.certificate', 'tls.key', 'tls.ca', 'tls'].some((name) => errorOf(name) !== undefined);
  const set = (change: Partial<TlsValues>) => onChange({ ...values, ...change });
  const area = (name: 'certificate' | 'key' | 'ca') => ({
    value: values[name],
    onChange: ({ target }: { target: { value: string } }) => set({ [name]: target.value }),
    error: errorOf(`tls.${name}`),
    rows: 3,
    mono: true,
    spellCheck: false,
    autoComplete: 'off',
  });
  return (
    <details open={wrong || undefined} className="group min-w-0 rounded-control border">
      <summary className="flex cursor-pointer list-none items-center gap-1.5 px-3 py-2 font-medium">
        <ChevronRight size={14} aria-hidden className="flex-none text-fg-subtle group-open:rotate-90" />
        Certificates
        <span className="truncate font-normal text-fg-subtle">{summaryOf(stored)}</span>
      </summary>
      <div className="grid min-w-0 gap-4 border-t p-3">
        <TextArea
          label="Client certificate"
          hint="PEM, with its chain behind it. For receivers that ask for one (mTLS)."
          placeholder={stored?.certificate ? 'Stays as it is' : '-----BEGIN CERTIFICATE-----'}
          {...area('certificate')}
        />
        <TextArea
          label="Private key"
          hint="PEM, without a passphrase. It is stored encrypted and never shown again."
          placeholder={stored?.certificate ? 'Stays as it is' : '-----BEGIN PRIVATE KEY-----'}
          {...area('key')}
        />
        {stored?.certificate && (
          <Checkbox
            label="Remove certificate and key"
            hint={stored.certificate.subject}
            checked={values.dropsCertificate}
            onChange={(dropsCertificate) => set({ dropsCertificate })}
          />
        )}
        <TextArea
          label="Authorities"
          hint="PEM, one or more. They are believed instead of the public ones."
          placeholder={stored && stored.ca.length > 0 ? 'Stay as they are' : '-----BEGIN CERTIFICATE-----'}
          {...area('ca')}
          error={errorOf('tls.ca') ?? errorOf('tls')}
        />
        {stored && stored.ca.length > 0 && (
          <Checkbox
            label="Believe the public ones again"
            hint={stored.ca.map(({ subject }) => subject).join('; ')}
            checked={values.dropsCa}
            onChange={(dropsCa) => set({ dropsCa })}
          />
        )}
      </div>
    </details>
  );
}

function summaryOf(stored: TlsView | null): string {
  if (stored === null) return 'none';
  const parts = [stored.certificate?.subject, stored.ca.length > 0 ? 'authorities of its own' : undefined];
  return parts.filter((part) => part !== undefined).join(', ');
}
