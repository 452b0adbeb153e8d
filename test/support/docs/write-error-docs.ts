import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorCodes } from '#src/contract/shape/error-code.ts';

/** Path of the page, from the root of the checkout. */
export const errorDocsFile = 'docs/errors.md';

/** Returns the page of all error codes, from the same table that the API uses. */
export function errorDocs(): string {
  const sections = Object.entries(errorCodes).map(
    ([code, [status, title, help]]) => `## \`${code}\`\n\n${status} ${title}. ${help}\n`,
  );
  return [
    '# Errors\n',
    'What a refused call answers: over REST as `application/problem+json`, over tRPC in `data.code`, in the client as\n' +
      '`RingbackError.code`. Codes never change their meaning; messages may. Why a job failed is another list: [how a job\n' +
      'fails](retrying.md#how-a-job-fails).\n',
    'Written from `src/contract/shape/error-code.ts` by `node test/support/docs/write-error-docs.ts`.\n',
    ...sections,
  ].join('\n');
}

if (import.meta.main) writeFileSync(path.join(import.meta.dirname, '..', '..', '..', errorDocsFile), errorDocs());
