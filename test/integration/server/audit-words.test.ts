import { expect, it } from 'vitest';
import { appRouter } from '#src/server/router.ts';
import { actionText } from '#src/ui/settings/audit/action-words.ts';

type Procedure = { _def: { type: string; meta?: { reveals?: boolean } } };

it('every action that the audit log may hold has words', () => {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);
  const recorded = procedures.filter(([, { _def }]) => _def.type === 'mutation' || _def.meta?.reveals);
  expect(recorded.length).toBeGreaterThan(40);
  expect(recorded.map(([path]) => path).filter((path) => actionText(path) === path)).toEqual([]);
});
