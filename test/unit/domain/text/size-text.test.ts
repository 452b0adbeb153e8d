import { expect, it } from 'vitest';
import { sizeText } from '#src/domain/text/size-text.ts';

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.00 KiB'],
  [19_400, '18.9 KiB'],
  [1_048_576, '1.00 MiB'],
  [1024 ** 3 - 1, '1024.0 MiB'],
  [1024 ** 3, '1.00 GiB'],
  [5 * 1024 ** 4, '5.00 TiB'],
  [1024 ** 5, '1024.0 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
