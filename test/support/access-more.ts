import type { Ours } from './access.ts';
import { alertProcedures, alertRouteNeeds } from './access-alerts.ts';
import { deliveryProcedures, deliveryRoutes } from './access-deliveries.ts';
import { flowProcedures, flowRouteNeeds } from './access-flows.ts';
import { quotaProcedures } from './access-quotas.ts';
import { scheduleProcedures, scheduleRouteNeeds } from './access-schedules.ts';
import { signingProcedures, signingRoutes } from './access-signing.ts';
import { upstreamProcedures, upstreamRouteNeeds } from './access-upstreams.ts';

/** Who may call the procedures of flows, deliveries, schedules, signing keys, upstreams, alerts and quotas. */
export const moreProcedures = (ours: () => Ours) => ({
  ...flowProcedures(ours),
  ...deliveryProcedures(ours),
  ...signingProcedures,
  ...scheduleProcedures(ours),
  ...upstreamProcedures(ours),
  ...alertProcedures,
  ...quotaProcedures,
});

/** Who may call their routes. */
export const moreRoutes = (ours: () => Ours) => ({
  ...flowRouteNeeds(ours),
  ...deliveryRoutes(ours),
  ...signingRoutes,
  ...scheduleRouteNeeds(ours),
  ...upstreamRouteNeeds(ours),
  ...alertRouteNeeds,
});
