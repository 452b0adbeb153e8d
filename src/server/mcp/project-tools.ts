import { z } from 'zod';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { alertWords, countWords } from '#src/contract/stats/alert-words.ts';
import { statRanges } from '#src/contract/stats/stat-range.ts';
import type { EndpointGlance } from '#src/contract/stats/stats.ts';
import { readLimits } from '#src/domain/limits.ts';
import { cutUrl } from './explain.ts';
import { mostRows } from './job-tools.ts';
import { type McpTool, type ToolCall, tool } from './mcp-tool.ts';

const ofEndpoint = z.strictObject({
  id: z.string().max(readLimits.idLength).describe('The id of an endpoint, `end_…`.'),
});

/** Tools about a project as a whole, and about its endpoints. */
export const projectTools: readonly McpTool[] = [
  tool({
    name: 'get_alerts',
    title: 'Alerts and overview',
    description:
      'Says what needs a person now: alerts, what waits, the workers, hosts whose jobs failed and endpoints with trouble, with the counts of a range. Begin here when asked whether all is well.',
    procedures: ['stats.overview'],
    effect: 'read',
    idempotent: true,
    input: z.strictObject({ range: z.enum(statRanges).optional().describe('The range of the counts; 1h by default.') }),
    async answer(call, { range = '1h' }) {
      const seen = await call.run('stats.overview', { range });
      const { totals, backlog, workers, failingHosts, troubledReceivers } = seen;
      const alerts = await Promise.all(
        seen.alerts.map(async (alert) => {
          const { sentence, path } = alertWords(alert, call.nowMs);
          return { ...alert, sentence, page: await call.page(path) };
        }),
      );
      const alive = workers.filter(({ state }) => state === 'alive').length;
      const lines = [
        alerts.length === 0 ? 'There are no alerts.' : `${alerts.length} alerts:`,
        ...alerts.map(({ sentence, page }) => `- ${sentence} ${page}`),
        `In the last ${range}: ${totals.submitted} jobs submitted, ${totals.completed} completed, ${totals.failed} failed, ${totals.cancelled} cancelled; ${totals.delivered} deliveries delivered, ${totals.deliveriesFailed} failed.`,
        `Now: ${countWords(backlog.queued)} queued, ${countWords(backlog.retrying)} retrying, ${countWords(backlog.scheduled)} scheduled, ${countWords(backlog.inProgress)} in progress, ${countWords(backlog.deliveries)} deliveries open. ${alive} of ${workers.length} workers alive.`,
        ...failingHosts.map(
          ({ host, failed, ended, mostly }) =>
            `- Host ${host}: ${failed} of ${ended} jobs failed${mostly === null ? '' : `, mostly ${mostly}`}.`,
        ),
        ...troubledReceivers.map(
          ({ endpointId, name, state, lastAnswer, waiting }) =>
            `- ${endpointId === null ? `Callback URLs at ${name} are` : `Endpoint ${name} (${endpointId}) is`} ${state}, last answer ${lastAnswer ?? 'unknown'}, ${countWords(waiting)} wait.`,
        ),
      ];
      return {
        text: lines.join('\n'),
        data: { alerts, range, totals, backlog, workers, failingHosts, troubledReceivers },
      };
    },
  }),
  tool({
    name: 'list_endpoints',
    title: 'List endpoints',
    description: `Lists the registered webhook receivers with their health: whether they are enabled, failing or paused and since when, what waits, and how many deliveries of the last day failed. Those with trouble come first; at most ${mostRows}.`,
    procedures: ['endpoints.list', 'stats.endpoints'],
    effect: 'read',
    idempotent: true,
    input: z.strictObject({
      name: z.string().max(readLimits.searchTextLength).optional().describe('Only those whose name contains this.'),
    }),
    async answer(call, { name = '' }) {
      const [{ endpoints }, glances] = await Promise.all([call.run('endpoints.list'), call.run('stats.endpoints')]);
      const glanceOf = new Map(glances.endpoints.map((one) => [one.id, one]));
      const found = endpoints.filter((one) => one.name.includes(name));
      const ordered = [...found].sort((a, b) => Number(isWell(a)) - Number(isWell(b)));
      const data = ordered.slice(0, mostRows).map((one) => shown(one, glanceOf.get(one.id)));
      const lines = data.map(
        (one) =>
          `- ${one.name} (${one.id}) ${one.health}; ${one.delivered24h} delivered and ${one.failed24h} failed in 24 h, ${one.waiting} wait, ${one.skipped} skipped${one.lastFailure === null ? '' : `, last failure ${one.lastFailure}`}`,
      );
      const more = found.length > data.length ? [`${found.length - data.length} more are left out: give a name.`] : [];
      const text = [data.length === 0 ? 'No endpoint matches.' : `${data.length} endpoints:`, ...lines, ...more];
      return { text: text.join('\n'), data: { endpoints: data, leftOut: found.length - data.length } };
    },
  }),
  tool({
    name: 'enable_endpoint',
    title: 'Enable an endpoint',
    description:
      'Enables an endpoint that was disabled, so that events are sent to it again. What was skipped meanwhile stays skipped until a person replays it.',
    procedures: ['endpoints.enable'],
    effect: 'change',
    idempotent: true,
    input: ofEndpoint,
    async answer(call, { id }) {
      return changed(call, await call.run('endpoints.enable', { id }));
    },
  }),
  tool({
    name: 'probe_endpoint',
    title: 'Probe an endpoint now',
    description:
      'Sends the oldest delivery that waits for an endpoint at once, to find out whether it is back, and ends its pause.',
    procedures: ['endpoints.probe'],
    effect: 'change',
    idempotent: false,
    input: ofEndpoint,
    async answer(call, { id }) {
      return changed(call, await call.run('endpoints.probe', { id }));
    },
  }),
];

async function changed(call: ToolCall, endpoint: Endpoint) {
  const { id, name, state } = endpoint;
  const page = await call.page(`/endpoints/${id}`);
  const health = healthOf(endpoint);
  return { text: `${name} (${id}) is ${health}.\nPage: ${page}`, data: { id, name, state, health, page } };
}

function isWell({ state, failingSince, pausedUntil, problem }: Endpoint): boolean {
  return state === 'enabled' && failingSince === null && pausedUntil === null && problem === null;
}

function healthOf(endpoint: Endpoint): string {
  const { state, disabledReason, disabledAt, failingSince, pausedUntil, problem } = endpoint;
  if (state === 'disabled') return `disabled since ${disabledAt} (${disabledReason})`;
  const unsent = problem === null ? null : `nothing can be sent: ${problem.message.replace(/\.$/, '')}`;
  if (pausedUntil !== null)
    return [`failing since ${failingSince} and paused until ${pausedUntil}`, unsent].filter(Boolean).join('; ');
  if (unsent !== null) return `enabled, but ${unsent}`;
  return failingSince === null ? 'enabled and well' : `failing since ${failingSince}`;
}

function shown(endpoint: Endpoint, glance: EndpointGlance | undefined) {
  const { id, name, state, disabledReason, disabledAt, failingSince, pausedUntil, lastSuccessAt, events } = endpoint;
  return {
    ...{ id, name, url: cutUrl(endpoint.url), events, state, health: healthOf(endpoint) },
    ...{ disabledReason, disabledAt, failingSince, pausedUntil, lastSuccessAt },
    waiting: countWords(glance?.waiting ?? { count: 0, capped: false }),
    skipped: countWords(glance?.skipped ?? { count: 0, capped: false }),
    delivered24h: glance?.delivered ?? 0,
    failed24h: glance?.failed ?? 0,
    lastFailure: glance?.lastFailure ?? null,
  };
}
