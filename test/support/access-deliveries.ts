import type { Ours } from './access.ts';

/** Who may call the procedures of deliveries that came with their search, and the search by id. */
export const deliveryProcedures = (ours: () => Ours) =>
  ({
    'deliveries.counts': { scope: 'jobs:read', input: () => ({}), names: false },
    'stats.endpoints': { scope: 'jobs:read', input: () => undefined, names: false },
    'find.id': { scope: 'jobs:read', input: () => ({ id: 'att_01m7wd4b99ebrv4mp86mhc61ay' }), names: false },
    'deliveries.content': { scope: 'jobs:read', input: () => ({ id: ours().delivery }), names: true },
    'deliveries.sign': { scope: 'callbacks:admin', input: () => ({ id: ours().delivery }), names: true },
    'deliveries.replayCount': {
      scope: 'jobs:read',
      input: () => ({ endpoint: ours().endpoint, since: '2026-01-01T00:00:00Z' }),
      names: true,
    },
    'deliveries.resendMany': { scope: 'callbacks:admin', input: () => picked(ours), names: false },
  }) as const;

/** Who may call their routes. */
export const deliveryRoutes = (ours: () => Ours) =>
  ({
    'GET /v1/deliveries/export': { scope: 'jobs:read', names: false },
    'GET /v1/deliveries/{id}/event': { scope: 'jobs:read', names: true, id: () => ours().delivery },
    'POST /v1/deliveries/resend-many': { scope: 'callbacks:admin', names: false, json: () => picked(ours) },
  }) as const;

const picked = (ours: () => Ours) => ({ deliveries: { ids: [ours().delivery] } });
