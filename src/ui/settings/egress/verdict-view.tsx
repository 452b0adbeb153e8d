import type { EgressVerdict, EgressView } from '#src/contract/project/egress-check.ts';
import { CircleCheck, CircleX } from '#src/ui/icons/icons.ts';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { DataTable, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { tookText } from '#src/ui/words/time-text.ts';
import { cureIn } from './cure.ts';

type Props = { verdict: EgressVerdict; egress: EgressView | undefined };

/** Shows whether a request would be made, the reason, the addresses, and the cure. */
export function VerdictView({ verdict, egress }: Props) {
  const { sentence, setting } = cureIn(verdict.reason, egress?.allowed ?? []);
  const Icon = verdict.allowed ? CircleCheck : CircleX;
  return (
    <section aria-label="Verdict" aria-live="polite" className="border-t">
      <div
        className={`flex items-start gap-2.5 px-4 py-3 ${verdict.allowed ? 'state-completed' : 'state-failed'} bg-state-soft`}
      >
        <Icon size={16} aria-hidden className="mt-0.5 flex-none text-state-text" />
        <div className="min-w-0 flex-1 wrap-anywhere">
          <p className="font-medium">
            {verdict.allowed ? 'It may be called' : 'It is refused'}
            {verdict.code && (
              <>
                {' '}
                as <code className="font-mono">{verdict.code}</code>
              </>
            )}
          </p>
          <p>{sentence}</p>
          <p className="mt-0.5 font-mono text-12 text-fg-muted">{verdict.url}</p>
        </div>
        <span className="flex-none text-12 text-fg-muted">{tookText(verdict.tookMs)}</span>
      </div>
      {verdict.addresses.length > 0 && <Addresses addresses={verdict.addresses} />}
      {setting && (
        <div className="grid gap-2 border-t p-4">
          <p>
            To allow it, set this for web and workers and start them again. It holds for every project
            {(egress?.allowed.length ?? 0) > 0 && ', and has what is allowed now in it'}.
          </p>
          <CodeBlock boxed label="the setting" text={setting} />
        </div>
      )}
    </section>
  );
}

function Addresses({ addresses }: Pick<EgressVerdict, 'addresses'>) {
  return (
    <DataTable
      label="Addresses"
      compact
      head={
        <>
          <Th className="w-[34%]">Address</Th>
          <Th className="w-[100px]">Verdict</Th>
          <Th>Reason</Th>
        </>
      }
    >
      {addresses.map(({ address, allowed, reason }) => (
        <Tr key={address}>
          <Td phone="main" className="truncate font-mono text-12">
            {address}
          </Td>
          <Td phone="first">{allowed ? 'Allowed' : <span className="text-failed-text">Refused</span>}</Td>
          <Td phone="second" className="truncate text-fg-muted">
            <span title={reason}>{cureIn(reason, []).sentence}</span>
          </Td>
        </Tr>
      ))}
    </DataTable>
  );
}
