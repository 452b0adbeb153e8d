const units = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Returns a size as text: `337 B`, `4.21 KiB`, `18.9 KiB`, `3.20 MiB`, `1.50 GiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const step = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10) - 1);
  const amount = bytes / 1_024 ** (step + 1);
  return `${amount < 10 ? amount.toFixed(2) : amount.toFixed(1)} ${units[step]}`;
}
