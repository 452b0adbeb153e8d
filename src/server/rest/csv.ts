import type { ExportedDelivery } from '#src/contract/event/delivery.ts';
import type { JobSummary } from '#src/contract/job/job.ts';

/** One CSV record. */
export type CsvValues = readonly (string | number | null)[];

export const csvColumns = [
  'id',
  'state',
  'method',
  'url',
  'status',
  'errorCode',
  'errorMessage',
  'labels',
  'attempts',
  'maxAttempts',
  'createdAt',
  'startedAt',
  'endedAt',
  'nextAttemptAt',
  'rerunOf',
] as const;

/** Returns the columns of jobs, followed by one for each chosen path of the metadata. */
export function jobColumnsOf(metadata: readonly string[]): string[] {
  return [...csvColumns, ...metadata.map((path) => `metadata.${path}`)];
}

/** Returns the values of a job in the order of `jobColumnsOf`. */
export function csvOf(job: JobSummary, metadata: readonly string[] = []): CsvValues {
  const { error, labels, metadata: chosen, ...plain } = job;
  const values = {
    ...plain,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    labels: labels.join('; '),
  };
  return [...csvColumns.map((column) => values[column]), ...metadata.map((path) => chosen?.[path] ?? null)];
}

export const deliveryColumns = [
  'id',
  'state',
  'type',
  'endpointName',
  'url',
  'status',
  'errorCode',
  'errorMessage',
  'lastFailureCode',
  'lastFailureMessage',
  'attempts',
  'createdAt',
  'endedAt',
  'nextAttemptAt',
  'eventId',
  'jobId',
  'flow',
  'endpointId',
] as const;

/** Returns the values of a delivery in the order of `deliveryColumns`. */
export function deliveryCsvOf(delivery: ExportedDelivery): CsvValues {
  const { error, lastFailure, ...plain } = delivery;
  const values = {
    ...plain,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    lastFailureCode: lastFailure?.code ?? null,
    lastFailureMessage: lastFailure?.message ?? null,
  };
  return deliveryColumns.map((column) => values[column]);
}

/** Returns one CSV record (RFC 4180). */
export function csvLine(values: CsvValues): string {
  return `${values.map(field).join(',')}\r\n`;
}

/**
 * Returns one field. Spreadsheets run text that begins like a formula, and URLs, labels and error messages come from
 * others. An apostrophe in front makes such a field plain text. Some programs split at other separators than the comma,
 * also within quotes, so text after those is treated alike.
 */
function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const inside = value.replace(/(?<!^)([;|\t\r\n][^\S\t\r\n]*)(?=[=+\-@＝＋－＠])/g, "$1'");
  const safe = /^[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${inside}` : inside;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
