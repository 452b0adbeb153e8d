import type { JobSummary } from '#src/contract/job/job.ts';
import { readLimits } from '#src/domain/limits.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { csvColumns, csvLine, csvOf } from './csv.ts';
import type { OutputOf, RestCall } from './route.ts';

const contentTypes = { csv: 'text/csv; charset=utf-8; header=present', json: 'application/json; charset=utf-8' };
const truncatedHeader = 'ringback-export-truncated';

/** A file of jobs, written as it is read. */
export function exported(
  { format, parts, truncated }: OutputOf<'jobs.export'>,
  { deps }: Pick<RestCall, 'deps'>,
): HttpResponse {
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
