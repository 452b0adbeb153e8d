import clsx from 'clsx';
import { countMasks, MaskedCount, MaskedText, maskReason } from '#src/ui/parts/body/masked-text.tsx';

type Props = {
  title: string;
  headers: Record<string, string>;
  /** Names of the headers that decided what followed. */
  used?: readonly string[];
};

/** Lists header fields with their masks. Headers that a decision was made by are marked. */
export function HeadersTable({ title, headers, used = [] }: Props) {
  const fields = Object.entries(headers);
  if (fields.length === 0) return <p className="border-t px-4 py-3 text-fg-muted">{title}: none</p>;
  return (
    <>
      <div className="sub-head">
        <span className="flex-1">
          {title}, {fields.length}
        </span>
        <MaskedCount count={countMasks(Object.values(headers))} />
      </div>
      <div className="py-1.5">
        <table
          className="w-full table-fixed border-separate border-spacing-0 font-mono text-12 leading-5"
          aria-label={title}
        >
          <tbody>
            {fields.map(([name, value]) => (
              <HeaderRow key={name} name={name} value={value} used={used.includes(name)} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function HeaderRow({ name, value, used }: { name: string; value: string; used: boolean }) {
  const cell = clsx(
    'px-2 py-0.5 align-top font-normal wrap-anywhere',
    used ? 'state-retrying bg-state-soft/60' : 'group-hover:bg-hover',
  );
  return (
    <tr className="group">
      <th
        scope="row"
        className={clsx(
          cell,
          'w-[42%] pl-4 text-left text-fg-muted',
          used && 'shadow-[inset_2px_0_var(--color-retrying)]',
        )}
      >
        {name}
      </th>
      <td className={clsx(cell, 'pr-4')}>
        <MaskedText text={value} reason={maskReason(name, value)} />
        {used && <span className="font-sans text-fg-subtle"> used</span>}
      </td>
    </tr>
  );
}
