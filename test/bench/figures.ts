/** The middle of the values. */
export function median(values: number[]): number {
  return percentile(values, 0.5);
}

/** The value below which a share of the values lies. NaN for none. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Prints a line of named figures. */
export function print(name: string, values: object): void {
  const figures = Object.entries(values).map(([key, value]) => `${key} ${value}`);
  console.log(name.padEnd(34), figures.join('   '));
}
