/** Returns a size as text: `337 B`, `4.21 KiB`, `18.9 KiB`, `3.20 MiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const [amount, unit] = bytes < 1_048_576 ? [bytes / 1_024, 'KiB'] : [bytes / 1_048_576, 'MiB'];
  return `${amount < 10 ? amount.toFixed(2) : amount.toFixed(1)} ${unit}`;
}
