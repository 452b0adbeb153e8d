import { randomUUID } from 'node:crypto';
import type { Scope } from '#src/contract/project/scope.ts';
import type { Ours } from './access.ts';

const job = { url: 'http://127.0.0.1:59999/' };
const template = () => ({ name: `made-${randomUUID()}`, cron: '@daily', job });
const preview = () => ({ cron: '@daily' });

/** What each procedure of schedules needs, as `access.test.ts` describes it. */
export function scheduleProcedures(ours: () => Ours) {
  const byId = () => ({ id: ours().schedule });
  const read = { scope: 'jobs:read' as Scope };
  const write = { scope: 'jobs:write' as Scope };
  return {
    'schedules.list': { ...read, input: () => ({}), names: false },
    'schedules.get': { ...read, input: byId, names: true },
    'schedules.preview': { ...read, input: preview, names: false },
    'schedules.create': { ...write, input: template, names: false },
    'schedules.update': { ...write, input: () => ({ ...byId(), cron: '@hourly' }), names: true },
    'schedules.pause': { ...write, input: byId, names: true },
    'schedules.resume': { ...write, input: byId, names: true },
    'schedules.runNow': { ...write, input: byId, names: true },
    'schedules.delete': { ...write, input: byId, names: true },
  };
}

/** What each route of schedules needs. */
export function scheduleRouteNeeds(ours: () => Ours) {
  const id = () => ours().schedule;
  const read = { scope: 'jobs:read' as Scope };
  const write = { scope: 'jobs:write' as Scope };
  return {
    'GET /v1/schedules': { ...read, names: false },
    'POST /v1/schedules': { ...write, names: false, json: template },
    'POST /v1/schedules/preview': { ...read, names: false, json: preview },
    'GET /v1/schedules/{id}': { ...read, names: true, id },
    'PATCH /v1/schedules/{id}': { ...write, names: true, id, json: preview },
    'POST /v1/schedules/{id}/pause': { ...write, names: true, id },
    'POST /v1/schedules/{id}/resume': { ...write, names: true, id },
    'POST /v1/schedules/{id}/run': { ...write, names: true, id },
    'DELETE /v1/schedules/{id}': { ...write, names: true, id },
  };
}
