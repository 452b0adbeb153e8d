import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Policy } from '#src/domain/policy/policy.ts';
import { isPolicyRefusal } from '#src/domain/policy/read-strategy.ts';
import { resolvePolicy } from '#src/domain/policy/resolve-policy.ts';
import { makePolicyNames, packPolicy, policyNames, unpackPolicy } from '#src/domain/policy/stored-policy.ts';

/** Jobs that wait are stored under these names: what a name stands for must never change. */
const pinned: Record<string, string> = {
  'default/1/repeatable': '85959987a4f609ce',
  'default/1/once': '546b9ee1833da506',
  'none/1/repeatable': '42aacf15a989627f',
  'none/1/once': 'dafd2e22debc7f5b',
  'openai/1/repeatable': '9f69a9c82be79414',
  'openai/1/once': 'da8095f5ee701c30',
  'anthropic/1/repeatable': 'e9ee6268d620d3d8',
  'anthropic/1/once': '09f941bc45d77299',
};

const versions = { none: 1, default: 1, openai: 1, anthropic: 1 };

function policyOf(retry: string, method: string): Policy {
  const policy = resolvePolicy({ retry, method, hasIdempotencyKey: false });
  if (isPolicyRefusal(policy)) throw new Error(policy.message);
  return policy;
}

const hashOf = (policy: Policy) => createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 16);

describe('what a preset is stored as', () => {
  it('has not changed: else raise its version, and keep its old form in olderForms under the old name', () => {
    const now = Object.fromEntries([...policyNames.current].map(([name, policy]) => [name, hashOf(policy)]));
    expect(now).toEqual(pinned);
  });

  it('is its name, and unpacks to the same policy', () => {
    const policy = policyOf('default', 'POST');
    expect(packPolicy(policy)).toBe('default/1/once');
    expect(unpackPolicy('default/1/once')).toEqual(policy);
    expect(unpackPolicy(packPolicy(policyOf('openai', 'GET')))).toEqual(policyOf('openai', 'GET'));
  });

  it('is the policy itself where that is no preset as it stands', () => {
    const own = { ...policyOf('default', 'POST'), maxAttempts: 3 };
    expect(packPolicy(own)).toBe(own);
    expect(unpackPolicy(own)).toBe(own);
  });
});

describe('a preset that has changed', () => {
  const before = { ...policyOf('default', 'POST'), maxAttempts: 7 };
  const names = makePolicyNames({ ...versions, default: 2 }, { 'default/1/once': before });

  it('leaves the jobs of its old name as they were', () => {
    expect(names.unpack('default/1/once')).toBe(before);
    expect(names.pack(policyOf('default', 'POST'))).toBe('default/2/once');
  });

  it('whose version was not raised is refused', () => {
    expect(() => makePolicyNames(versions, { 'default/1/once': before })).toThrow('raise the version of default');
  });

  it('and a name that nobody knows is an error, not another policy', () => {
    expect(() => names.unpack('default/9/once')).toThrow('there is no policy "default/9/once"');
  });
});
