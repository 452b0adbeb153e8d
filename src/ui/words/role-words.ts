import type { Role } from '#src/contract/project/scope.ts';

/** Roles in words, the widest first. */
export const roleOptions = [
  { value: 'owner', label: 'Owner' },
  { value: 'member', label: 'Member' },
  { value: 'viewer', label: 'Viewer' },
] as const satisfies readonly { value: Role; label: string }[];

/** Description of what each role may do, in one sentence. */
export const roleHints: Readonly<Record<Role, string>> = {
  owner: 'Everything: people, keys, secrets, retention, quotas and the audit log too.',
  member: 'Submits, cancels and runs jobs again, and manages endpoints.',
  viewer: 'Sees jobs, endpoints and deliveries, and changes nothing.',
};

export function roleWord(role: Role): string {
  return roleOptions.find(({ value }) => value === role)?.label ?? role;
}
