import { z } from 'zod';
import { bulkInput } from '#src/contract/job/bulk.ts';
import type { JobSummary } from '#src/contract/job/job.ts';
import { jobFilterInput } from '#src/contract/job/job-filter-input.ts';
import type { JobOperationKind } from '#src/contract/job/operation.ts';
import { limits, readLimits } from '#src/domain/limits.ts';
import { startJobOperation } from '#src/engine/operate/job-operation.ts';
import { exportJobs } from '#src/engine/read/export-jobs.ts';
import { requireScope } from '#src/server/call/actor.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { json, readJson } from '#src/server/http/wire.ts';
import { withinRoom } from '#src/server/jobs/exports-under-way.ts';
import { starter } from '#src/server/jobs/starter.ts';
import { csvColumns, csvLine, csvOf } from './csv.ts';
import { queryInput } from './job-routes.ts';
import type { RestCall, RestRoute } from './route.ts';

/** Routes about many jobs at once. */
export const jobListRoutes: readonly RestRoute[] = [
  { method: 'GET', path: /^\/v1\/jobs\/export$/, answer: exported },
  { method: 'POST', path: /^\/v1\/jobs\/cancel-many$/, action: 'jobs.cancelMany', answer: start('cancel_jobs') },
  { method: 'POST', path: /^\/v1\/jobs\/rerun-many$/, action: 'jobs.rerunMany', answer: start('rerun_jobs') },
];

function start(kind: JobOperationKind): (call: RestCall) => Promise<HttpResponse> {
  return async ({ deps, actor, request }) => {
    requireScope(actor, 'jobs:write');
    const given = bulkInput.parse(await readJson(request, limits.batchBytes));
    const operation = await startJobOperation(deps, kind, starter(actor), given);
    return json(202, operation, { location: `${deps.publicUrl}/v1/operations/${operation.id}` });
  };
}

const exportInput = jobFilterInput.extend({ format: z.enum(['csv', 'json']).default('csv') });
const contentTypes = { csv: 'text/csv; charset=utf-8; header=present', json: 'application/json; charset=utf-8' };
const truncatedHeader = 'ringback-export-truncated';

async function exported({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  const { format, ...filter } = exportInput.parse(queryInput(request.query));
  const { signal } = request;
  const { jobs: found, truncated } = exportJobs(deps, actor.projectId, filter, { signal });
  const jobs = withinRoom(`${actor.kind} ${actor.id}`, found);
  // Nothing else ends the export when the caller disconnects before the response has begun.
  signal.addEventListener('abort', () => void jobs.return(undefined));
  // The first read happens here, so that an error in the filter is answered before a download begins.
  const first = await jobs.next();
  const parts = (async function* () {
    if (!first.done) yield first.value;
    yield* jobs;
  })();
  const name = `ringback-jobs-${new Date(deps.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}.${format}`;
  return {
    status: 200,
    headers: {
      'content-type': contentTypes[format],
      'content-disposition': `attachment; filename="${name}"`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'ringback-export-limit': String(readLimits.exportedJobs),
      trailer: truncatedHeader,
    },
    stream: format === 'csv' ? csvText(parts) : jsonText(parts),
    trailers: () => ({ [truncatedHeader]: String(truncated()) }),
  };
}

async function* csvText(parts: AsyncIterable<JobSummary[]>): AsyncGenerator<string> {
  yield csvLine(csvColumns);
  for await (const jobs of parts) yield jobs.map((job) => csvLine(csvOf(job))).join('');
}

async function* jsonText(parts: AsyncIterable<JobSummary[]>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const jobs of parts) {
    yield before + jobs.map((job) => JSON.stringify(job)).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
