import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineTimes, lineTimesFor } from '#src/domain/waiting-line.ts';

const now = 1_800_000_000_000;
const id = '01890a5d-ac96-774b-bcce-b302099a8057';

it('the times of a line are found again until they have come, whenever one looks', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 100_000_000 }), (endpointId, offset) => {
      const [first = 0, ...others] = lineTimesFor(endpointId, now + offset, 100);
      for (const at of [first, ...others]) {
        expect(at).toBeGreaterThan(now + offset + 60_000);
        expect(at).toBeLessThan(now + offset + 45 * 60_000);
        for (const later of [0, 60_000, 700_000]) {
          if (now + offset + later <= at) expect(lineTimes(endpointId, now + offset + later)).toContain(at);
        }
      }
    }),
  );
});

it('they are spread, and other endpoints have others', () => {
  expect(new Set(lineTimesFor(id, now, 60)).size).toBe(6);
  expect(lineTimes('01890a5d-ac96-774b-bcce-b302099a8058', now)).not.toContain(lineTimes(id, now)[3]);
});
