import type { JobSummary } from '#src/contract/job/job.ts';
import { readLimits } from '#src/domain/limits.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { type CsvValues, csvLine, csvOf, deliveryColumns, deliveryCsvOf, jobColumnsOf } from './csv.ts';
import type { OutputOf, RestCall } from './route.ts';

const contentTypes = { csv: 'text/csv; charset=utf-8; header=present', json: 'application/json; charset=utf-8' };
const truncatedHeader = 'ringback-export-truncated';

/** Answers a file of jobs, written as it is read. */
export function exported(output: OutputOf<'jobs.export'>, call: Pick<RestCall, 'deps'>): HttpResponse {
  const { metadataColumns: paths } = output;
  const form = { what: 'jobs', columns: jobColumnsOf(paths), values: (job: JobSummary) => csvOf(job, paths) };
  return exportFile(output, form, call);
}

/** Answers a file of deliveries, written as it is read. */
export function exportedDeliveries(output: OutputOf<'deliveries.export'>, call: Pick<RestCall, 'deps'>): HttpResponse {
  return exportFile(output, { what: 'deliveries', columns: deliveryColumns, values: deliveryCsvOf }, call);
}

type Exported<Row> = { format: 'csv' | 'json'; parts: AsyncIterable<Row[]>; truncated: () => boolean };
type Form<Row> = { what: string; columns: readonly string[]; values: (row: Row) => CsvValues };

function exportFile<Row>(
  { format, parts, truncated }: Exported<Row>,
  form: Form<Row>,
  { deps }: Pick<RestCall, 'deps'>,
): HttpResponse {
  const at = new Date(deps.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const name = `ringback-${form.what}-${at}.${format}`;
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
    stream: format === 'csv' ? csvText(parts, form) : jsonText(parts),
    trailers: () => ({ [truncatedHeader]: String(truncated()) }),
  };
}

async function* csvText<Row>(parts: AsyncIterable<Row[]>, { columns, values }: Form<Row>): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const rows of parts) yield rows.map((row) => csvLine(values(row))).join('');
}

async function* jsonText(parts: AsyncIterable<unknown[]>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const rows of parts) {
    yield before + rows.map((row) => JSON.stringify(row)).join(',\n');
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
