'use client';

import clsx from 'clsx';
import type { CertificateView, TlsView } from '#src/contract/shape/tls-input.ts';
import { tlsLimits } from '#src/domain/limits.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { certificatesOf } from '#src/ui/parts/form/tls-values.ts';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { dayText } from '#src/ui/words/time-text.ts';

/** Lists certificates: whose each is and when it ends, with a warning when that is soon. */
export function Certificates({ tls }: { tls: TlsView }) {
  return (
    <ul className="grid gap-2">
      {certificatesOf(tls).map(({ what, of }) => (
        <li key={`${what} ${of.fingerprint}`} className="min-w-0 wrap-anywhere" title={`Issued by ${of.issuer}`}>
          <span className="text-fg-subtle">{what}</span> {of.subject} <End certificate={of} />
        </li>
      ))}
    </ul>
  );
}

function End({ certificate }: { certificate: CertificateView }) {
  const { zone } = useTimes();
  const leftMs = Date.parse(certificate.expiresAt) - useNow(60_000);
  const isSoon = leftMs < tlsLimits.warnDays * 86_400_000;
  return (
    <span className={clsx('whitespace-nowrap', isSoon ? 'text-failed-text' : 'text-fg-subtle')}>
      {leftMs <= 0 ? 'expired' : isSoon ? 'expires soon:' : 'until'}{' '}
      <time dateTime={certificate.expiresAt} title={certificate.expiresAt}>
        {dayText(certificate.expiresAt, zone)}
      </time>
    </span>
  );
}
