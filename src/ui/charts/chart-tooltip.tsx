export type TooltipLine = { name: string; colour: string; value: string };

/**
 * Shows the values of one step of a chart beside the pointer. The card's table has the same values for users without a
 * pointer.
 */
export function ChartTooltip({ head, lines }: { head: string; lines: readonly TooltipLine[] }) {
  return (
    <div className="pointer-events-none min-w-[168px] rounded-control border bg-raised px-2.5 py-2 text-12 leading-[18px] shadow-2">
      <div className="mb-0.5 text-fg-subtle">{head}</div>
      {lines.map(({ name, colour, value }) => (
        <div key={name} className="flex items-center gap-1.5">
          <i className="size-2 flex-none rounded-[2px]" style={{ background: colour }} />
          {name}
          <b className="ml-auto pl-4 font-medium">{value}</b>
        </div>
      ))}
    </div>
  );
}
