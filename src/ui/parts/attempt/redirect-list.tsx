import type { RedirectHop } from '#src/domain/decide/outcome.ts';
import { MaskedText } from '#src/ui/parts/body/masked-text.tsx';

const reason = 'A secret: named in redact.query';

/** Lists the redirects of an attempt. Addresses of other sites are text here, never links. */
export function RedirectList({ redirects }: { redirects: RedirectHop[] }) {
  return (
    <ol className="border-b px-4 py-3 font-mono text-12" aria-label="Redirects">
      {redirects.map((hop, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same hop may come twice.
        <li key={index} className="wrap-anywhere">
          {hop.status} <MaskedText text={hop.from} reason={reason} /> → <MaskedText text={hop.to} reason={reason} />
        </li>
      ))}
    </ol>
  );
}
