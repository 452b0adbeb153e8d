import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatId, idPrefixes, parseId } from '#src/domain/text/id.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const instant = fc.integer({ min: 0, max: 2 ** 47 });

describe('ids', () => {
  it('come back as the UUID they were made of', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(...idPrefixes), (uuid, prefix) => {
        const id = formatId(prefix, uuid);
        expect(id).toMatch(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
        expect(parseId(prefix, id)).toBe(uuid);
      }),
    );
  });

  it('sort as their UUIDs do, and those as their times', () => {
    fc.assert(
      fc.property(instant, instant, sixteen, sixteen, (a, b, left, right) => {
        fc.pre(a !== b);
        const [first, second] = [uuidV7(a, left), uuidV7(b, right)];
        expect(first < second).toBe(a < b);
        expect(formatId('job', first) < formatId('job', second)).toBe(a < b);
      }),
    );
  });

  it('are UUIDs of version 7 and the RFC variant, with the time in front', () => {
    const uuid = uuidV7(0x0198_76ab_cdef, new Uint8Array(16).fill(255));
    expect(uuid).toBe('019876ab-cdef-7fff-bfff-ffffffffffff');
  });

  it.each([
    '',
    'job_',
    'att_01m7wa4dsmeaz8aa3n83za2xgj',
    'job_01m7wa4dsmeaz8aa3n83za2xg',
    'job_81m7wa4dsmeaz8aa3n83za2xgj',
    'job_01M7WA4DSMEAZ8AA3N83ZA2XGJ',
    'job_01m7wa4dsmeaz8aa3n83za2xgu',
    'job-01m7wa4dsmeaz8aa3n83za2xgj',
    'job_01m7wa4dsmeaz8aa3n83za2xgj0',
  ])('are not found in "%s"', (text) => expect(parseId('job', text)).toBeNull());

  it('are not made of anything but a UUID', () => {
    expect(() => formatId('job', 'nonsense')).toThrow(TypeError);
  });
});
