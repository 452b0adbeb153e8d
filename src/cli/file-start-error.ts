import { fileErrorCode } from '#src/store/db/file-error.ts';
import { StartError } from './start-error.ts';

/**
 * Returns a StartError in the place of what the system has answered about a file that the user names or keeps, and any
 * other error as it is. `file` begins the sentence.
 */
export function fileStartError(error: unknown, file: string, use: 'read' | 'written'): unknown {
  const code = fileErrorCode(error);
  return code === null ? error : new StartError(`${file} cannot be ${use} (${code}).`);
}
