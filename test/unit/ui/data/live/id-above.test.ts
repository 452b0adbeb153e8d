import { describe, expect, it } from 'vitest';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { idAbove } from '#src/ui/data/live/id-above.ts';

describe('the id just above another', () => {
  it.each([
    ['job_0000000000000000000000000a', 'job_0000000000000000000000000b'],
    ['job_00000000000000000000000009', 'job_0000000000000000000000000a'],
    ['job_0000000000000000000000000h', 'job_0000000000000000000000000j'],
    ['job_0000000000000000000000000z', 'job_00000000000000000000000010'],
    ['dlv_01m7wd4edvea6s25ha8t9qazzz', 'dlv_01m7wd4edvea6s25ha8t9qb000'],
  ])('of %s is %s', (id, above) => {
    expect(idAbove(id)).toBe(above);
    expect(above > id).toBe(true);
  });

  it('is an id, with nothing between', () => {
    for (let n = 0; n < 200; n++) {
      const bytes = Uint8Array.from({ length: 16 }, (_, at) => (at === 15 ? n : at === 14 ? 255 : 7));
      const uuid = uuidV7(1_800_000_000_000, bytes);
      const above = parseId('job', idAbove(formatId('job', uuid))) ?? '';
      expect(BigInt(`0x${above.replaceAll('-', '')}`) - BigInt(`0x${uuid.replaceAll('-', '')}`)).toBe(1n);
    }
  });
});
