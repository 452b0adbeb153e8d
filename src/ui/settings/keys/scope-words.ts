import type { Scope } from '#src/contract/project/scope.ts';

/** Descriptions of what a key with a scope may do. */
export const scopeHints: Readonly<Record<Scope, string>> = {
  'jobs:read': 'Read jobs, attempts, results and statistics.',
  'jobs:write': 'Submit, cancel and run jobs again, and read them.',
  'callbacks:admin': 'Make and change endpoints and their secrets, send deliveries again.',
  admin: 'All of the above, and keys, people and rules of the project.',
};

const includes: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  admin: ['jobs:read', 'jobs:write', 'callbacks:admin'],
  'jobs:write': ['jobs:read'],
};

/** Returns the wider chosen scope that includes this one, or null if there is none. */
export function includedBy(scope: Scope, chosen: readonly Scope[]): Scope | null {
  return chosen.find((each) => includes[each]?.includes(scope)) ?? null;
}

/** Returns the scopes without the ones that another of them includes. A key is created with these. */
export function narrowest(chosen: readonly Scope[]): Scope[] {
  return chosen.filter((scope) => includedBy(scope, chosen) === null);
}
