import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decide } from '#src/domain/decide/decide.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import { isPolicyRefusal } from '#src/domain/policy/read-strategy.ts';
import { resolvePolicy } from '#src/domain/policy/resolve-policy.ts';
import { makePolicyNames, packPolicy, policyNames, unpackPolicy } from '#src/domain/policy/stored-policy.ts';
import { response } from '#test/unit/domain/decide/outcomes.ts';

/** Jobs that wait are stored under these names: what a name stands for must never change. */
const pinned: Record<string, string> = {
  'none/1/repeatable': '42aacf15a989627f',
  'none/1/once': 'dafd2e22debc7f5b',
  'none/1/model': 'b563cc8aae9c426f',
  'default/2/repeatable': '492b1d5a73b93fdc',
  'default/2/once': 'b8b0cbe0f68e678f',
  'default/2/model': '542e82eefb7894b2',
  'openai/2/repeatable': '0e30661478d4582f',
  'openai/2/once': '64eadde2d8693849',
  'openai/2/model': 'a83df48c884bfa87',
  'anthropic/2/repeatable': '99d541d600214752',
  'anthropic/2/once': 'db50e150e80f5ca6',
  'anthropic/2/model': '86bfde5ec6e426e9',
};

/** Older jobs are stored under these. */
const pinnedOlder: Record<string, string> = {
  'default/1/repeatable': '85959987a4f609ce',
  'default/1/once': '546b9ee1833da506',
  'openai/1/repeatable': '9f69a9c82be79414',
  'openai/1/once': 'da8095f5ee701c30',
  'anthropic/1/repeatable': 'e9ee6268d620d3d8',
  'anthropic/1/once': '09f941bc45d77299',
};

const versions = { none: 1, default: 2, openai: 2, anthropic: 2 };

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

  it.each(Object.entries(pinnedOlder))('has not changed for jobs of the older name %s', (name, hash) => {
    expect(hashOf(unpackPolicy(name))).toBe(hash);
  });

  it('is its name, and unpacks to the same policy', () => {
    const policy = policyOf('default', 'POST');
    expect(packPolicy(policy)).toBe('default/2/once');
    expect(unpackPolicy('default/2/once')).toEqual(policy);
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
  const names = makePolicyNames({ ...versions, default: 3 }, { 'default/2/once': before });

  it('leaves the jobs of its old name as they were', () => {
    expect(names.unpack('default/2/once')).toBe(before);
    expect(names.pack(policyOf('default', 'POST'))).toBe('default/3/once');
  });

  it('whose version was not raised is refused', () => {
    expect(() => makePolicyNames(versions, { 'default/2/once': before })).toThrow('raise the version of default');
  });

  it('decides about the jobs of its old name as before', () => {
    const at = (name: string, status: number, headers: Record<string, string>) =>
      decide({
        policy: unpackPolicy(name),
        history: { attempts: 1, interruptions: 0, retries: {} },
        outcome: response(status, headers),
        ...{ nowMs: 0, random: 0, deadlineAtMs: null },
      });
    for (const preset of ['default', 'openai', 'anthropic']) {
      const newer = { 'x-rate-limit-reset': '25' };
      expect(at(`${preset}/1/once`, 429, newer)).toMatchObject({ then: 'retry', delayMs: 1_000 });
      expect(at(`${preset}/2/once`, 429, newer)).toMatchObject({ then: 'retry', delayMs: 25_000 });
      const known = { 'retry-after': '20' };
      for (const version of [1, 2]) {
        expect(at(`${preset}/${version}/once`, 429, known)).toMatchObject({ then: 'retry', delayMs: 20_000 });
      }
    }
    for (const preset of ['openai', 'anthropic']) {
      expect(at(`${preset}/1/once`, 404, { 'x-should-retry': 'true' })).toMatchObject({ then: 'fail', rule: null });
      expect(at(`${preset}/1/once`, 503, { 'x-should-retry': 'false' })).toMatchObject({ then: 'retry', rule: '5xx' });
      expect(at(`${preset}/2/once`, 404, { 'x-should-retry': 'true' }).then).toBe('retry');
      expect(at(`${preset}/2/once`, 503, { 'x-should-retry': 'false' }).then).toBe('fail');
    }
  });

  it('and a name that nobody knows is an error, not another policy', () => {
    expect(() => names.unpack('default/9/once')).toThrow('there is no policy "default/9/once"');
  });
});
