import type { Policy } from './policy.ts';
import { type PresetName, presetNames } from './presets.ts';
import { isPolicyRefusal } from './read-strategy.ts';
import { resolvePolicy } from './resolve-policy.ts';

/**
 * Most jobs run by a preset as it stands, which is 2 kB when written out: as much as the rest of the job. Such a policy is
 * stored by name. The name holds the preset's version: when a preset changes, its old form stays here under the old name,
 * so that a job runs by the rules it was accepted with.
 */
export type StoredPolicy = Policy | string;

const version = 1;
const byName = new Map<string, Policy>();
const byText = new Map<string, string>();

for (const preset of presetNames) {
  for (const method of ['GET', 'POST']) {
    const policy = resolvePolicy({ retry: preset, method, hasIdempotencyKey: false });
    if (isPolicyRefusal(policy)) throw new Error(policy.message);
    const name = `${preset satisfies PresetName}/${version}/${policy.repeatable ? 'repeatable' : 'once'}`;
    byName.set(name, policy);
    byText.set(JSON.stringify(policy), name);
  }
}

export function packPolicy(policy: Policy): StoredPolicy {
  return byText.get(JSON.stringify(policy)) ?? policy;
}

export function unpackPolicy(stored: StoredPolicy): Policy {
  if (typeof stored !== 'string') return stored;
  const policy = byName.get(stored);
  if (!policy) throw new Error(`there is no policy "${stored}"`);
  return policy;
}
