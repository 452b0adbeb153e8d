import { olderForms } from './older-presets.ts';
import type { Policy } from './policy.ts';
import { type PresetName, presetNames } from './presets.ts';
import { isPolicyRefusal } from './read-strategy.ts';
import { type PolicyInput, resolvePolicy } from './resolve-policy.ts';

/**
 * A policy as it is stored. Most jobs use a preset without changes. Written out it takes 2 kB, as much as the rest of
 * the job, so it is stored by a name such as `default/1/once`: the preset, its version, and one of
 * its `forms`.
 */
export type StoredPolicy = Policy | string;

/**
 * The version of each preset. A job keeps the rules it was accepted with. A change of a preset must therefore raise its
 * version here and add the old form to `olderForms` (older-presets.ts) under the old name.
 */
const versions: Readonly<Record<PresetName, number>> = { none: 1, default: 2, openai: 2, anthropic: 2 };

/**
 * Retries of a model's call whose connection cannot be made, or breaks: nothing but the answer comes of it. A server that
 * loads its models takes minutes.
 */
export const modelConnectionRetry = { limit: 10 };

/** The forms that jobs have of each preset: by the method, and for the calls of models that a gateway makes. */
const forms: Readonly<Record<string, Pick<PolicyInput, 'method' | 'connectionErrorRetry'>>> = {
  repeatable: { method: 'GET' },
  once: { method: 'POST' },
  model: { method: 'POST', connectionErrorRetry: modelConnectionRetry },
};

/** Packs and unpacks policies by the names of presets. */
export type PolicyNames = {
  pack(policy: Policy): StoredPolicy;
  /** Throws for a name that this version of Ringback does not know. */
  unpack(stored: StoredPolicy): Policy;
  /** Every preset in its present form, by its name. */
  current: ReadonlyMap<string, Policy>;
};

/**
 * Returns the names for these versions. Throws if an older form has the name of a present one: the version was not
 * raised.
 */
export function makePolicyNames(version: typeof versions, older: typeof olderForms): PolicyNames {
  const current = new Map<string, Policy>();
  const byText = new Map<string, string>();
  /** What was packed before: jobs with an unchanged preset share one object. */
  const packed = new WeakMap<Policy, StoredPolicy>();
  for (const preset of presetNames) {
    for (const [form, settings] of Object.entries(forms)) {
      const policy = resolvePolicy({ retry: preset, hasIdempotencyKey: false, ...settings });
      if (isPolicyRefusal(policy)) throw new Error(policy.message);
      const name = `${preset}/${version[preset]}/${form}`;
      if (name in older) throw new Error(`${name} is the name of an older form: raise the version of ${preset}`);
      current.set(name, policy);
      byText.set(JSON.stringify(policy), name);
    }
  }
  return {
    current,
    pack(policy) {
      const known = packed.get(policy);
      if (known !== undefined) return known;
      const stored = byText.get(JSON.stringify(policy)) ?? policy;
      packed.set(policy, stored);
      return stored;
    },
    unpack(stored) {
      if (typeof stored !== 'string') return stored;
      const policy = current.get(stored) ?? older[stored];
      if (!policy) throw new Error(`there is no policy "${stored}"`);
      return policy;
    },
  };
}

/** The names that jobs are stored with. */
export const policyNames: PolicyNames = makePolicyNames(versions, olderForms);

export const packPolicy = policyNames.pack;
export const unpackPolicy = policyNames.unpack;
