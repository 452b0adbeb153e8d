import { describe, expect, it } from 'vitest';
import { auditDetail, auditTarget } from '#src/server/call/audit-detail.ts';

describe('the detail of an audit entry', () => {
  it('shows what is known to be harmless, and of all else only that it was there', () => {
    const input = {
      id: 'end_1',
      name: 'hook',
      rate: 3,
      headers: { a: 'secret' },
      json: ['secret'],
      password: 'secret',
    };
    expect(auditDetail(input)).toEqual({
      id: 'end_1',
      name: 'hook',
      rate: 3,
      headers: '…',
      json: '1 × …',
      password: '…',
    });
  });

  it('shows of a URL where it leads, since paths and queries often are the secret', () => {
    const url = 'https://user:secret@hooks.example.com/services/secret?key=secret';
    expect(auditDetail({ url })).toEqual({ url: 'https://hooks.example.com/…' });
    expect(auditDetail({ url: 'secret' })).toEqual({ url: '…' });
    expect(auditDetail({ filter: { url, state: ['failed'] } })).toEqual({
      filter: { url: 'https://hooks.example.com/…', state: ['failed'] },
    });
  });

  it('goes into filters by the same rule, and no deeper', () => {
    const filter = { host: 'a.example', q: 'secret', labels: ['x', { y: 'secret' }], filter: { host: 'b.example' } };
    expect(auditDetail({ filter })).toEqual({ filter: { host: 'a.example', q: '…', labels: ['x', '…'], filter: '…' } });
  });

  it('stays small', () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `job_${n}`);
    const fields = Object.fromEntries(ids.map((id) => [id, 1]));
    expect(auditDetail({ ids })).toEqual({ ids: [...ids.slice(0, 20), 'and 980 more'] });
    expect(Object.keys(auditDetail(fields) ?? {})).toHaveLength(40);
    expect(String(auditDetail({ name: 'n'.repeat(5_000) })?.name)).toHaveLength(201);
  });

  it('is nothing for nothing, and shows more where a procedure says so', () => {
    expect([auditDetail(undefined), auditDetail(null), auditDetail({}), auditDetail(['x'])]).toEqual(
      Array(4).fill(null),
    );
    expect(auditDetail({ note: 'x' }, ['note'])).toEqual({ note: 'x' });
  });
});

it('the target is what the input names, or else what came out', () => {
  expect(auditTarget({ id: 'end_1' }, { id: 'dlv_1' })).toBe('end_1');
  expect(auditTarget({ userId: 'u' }, {})).toBe('u');
  expect(auditTarget({ name: 'x' }, { key: { id: 'key_1' }, secret: 'rbk_x' })).toBe('key_1');
  expect(auditTarget(undefined, undefined)).toBeNull();
});
