type Props = { values: readonly (number | null)[]; colour: string };

const width = 200;
const height = 34;

/** Shows the course of a figure without axes: the shape of the curve, not the amounts. */
export function Sparkline({ values, colour }: Props) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <div style={{ height }} aria-hidden />;
  const top = Math.max(...known);
  const bottom = Math.min(0, ...known);
  const span = top - bottom || 1;
  const x = (index: number) => (index / (values.length - 1)) * width;
  const y = (value: number) => 3 + (1 - (value - bottom) / span) * (height - 5);
  let path = '';
  let pen = 'M';
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    path += `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
  });
  const first = values.findIndex((value) => value !== null);
  const last = values.length - 1 - [...values].reverse().findIndex((value) => value !== null);
  const area = `${path.replaceAll('M', 'L').replace('L', 'M')}L${x(last).toFixed(1)} ${height}L${x(first).toFixed(1)} ${height}Z`;
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden
      className="block h-[34px] w-full"
      style={{ color: colour }}
    >
      <path d={area} fill="currentColor" fillOpacity={0.1} />
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
