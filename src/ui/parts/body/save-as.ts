import type { BodyView } from '#src/contract/job/job.ts';
import { bytesOf } from './hex-lines.ts';

const extensions: Record<string, string> = {
  'application/json': 'json',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/csv': 'csv',
  'image/png': 'png',
};

/**
 * Saves a body as a file. Its type is always plain bytes: a page that the target wrote must not open under Ringback's
 * origin.
 */
export function saveAs(name: string, { body, encoding }: BodyView, contentType: string | null): void {
  const bytes = encoding === 'base64' ? bytesOf(body ?? '') : new TextEncoder().encode(body ?? '');
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.${extensions[contentType?.split(';')[0]?.trim() ?? ''] ?? 'bin'}`;
  link.click();
  URL.revokeObjectURL(url);
}
