import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LineRank, lineRank, lineTimes, lineTimesFor, ranksMs } from '#src/domain/endpoint/line-order.ts';

const now = 1_800_000_000_000;
const anyRank = fc.constantFrom<LineRank>(...Object.values(lineRank));
const id = '01890a5d-ac96-774b-bcce-b302099a8057';

it('the times of a line are found again until they have come, whenever one looks', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 100_000_000 }), anyRank, (endpointId, offset, rank) => {
      const [first = 0, ...others] = lineTimesFor(endpointId, now + offset, 100, rank);
      for (const at of [first, ...others]) {
        expect(at).toBeGreaterThan(now + offset + 60_000);
        expect(at).toBeLessThan(now + offset + 45 * 60_000);
        for (const later of [0, 60_000, 700_000]) {
          if (now + offset + later <= at) expect(lineTimes(endpointId, now + offset + later, rank)).toContain(at);
        }
      }
    }),
  );
});

it('they are spread, and other endpoints have others', () => {
  expect(new Set(lineTimesFor(id, now, 60, lineRank.end)).size).toBe(6);
  expect(lineTimes('01890a5d-ac96-774b-bcce-b302099a8059', now, lineRank.end)).not.toContain(
    lineTimes(id, now, lineRank.end)[3],
  );
});

it('each rank has times of its own, all within the span that is looked through for any', () => {
  const [first = 0] = lineTimes(id, now, lineRank.end);
  const firsts = Object.values(lineRank).map((rank) => lineTimes(id, now, rank)[0] as number);
  expect(new Set(firsts).size).toBe(firsts.length);
  for (const at of firsts) {
    expect(at).toBeGreaterThanOrEqual(first);
    expect(at).toBeLessThanOrEqual(first + ranksMs);
  }
});
