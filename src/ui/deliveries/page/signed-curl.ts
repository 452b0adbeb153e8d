import type { SignedDelivery } from '#src/contract/event/delivery-content.ts';
import { asCurl } from '#src/ui/parts/job/as-curl.ts';

/**
 * Returns a signed delivery as a command for a POSIX shell. The event is written as it is, because a signature is over
 * every byte; an event that is longer than a command is read from a file.
 */
export function signedCurl({ url, headers, event }: SignedDelivery): string {
  const request = asCurl({ method: 'POST', url, headers }, null);
  const isWhole = !event.bodyCut && event.encoding === 'utf8' && event.body !== null;
  const data = isWhole ? `--data-raw '${(event.body ?? '').replaceAll("'", `'\\''`)}'` : '--data-binary @event.json';
  return `${request} \\\n  ${data}`;
}
