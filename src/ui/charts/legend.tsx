type Item = { name: string; colour: string; line?: boolean };

/** Shows the names of the series. Phones hide them, because the tooltip and the table have them too. */
export function Legend({ items }: { items: readonly Item[] }) {
  return (
    <ul className="flex flex-wrap items-center gap-x-3.5 text-12 text-fg-muted max-sm:hidden">
      {items.map(({ name, colour, line = false }) => (
        <li key={name} className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <i className={line ? 'h-0.5 w-3 rounded-[1px]' : 'size-2 rounded-[2px]'} style={{ background: colour }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
