/** Codes of a file that may not be used, is none, or has no room: waiting does not change it. */
const codes: ReadonlySet<string> = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG'],
  ...['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'],
]);

/** Codes that only files have. An error of a file that is open already does not name its path. */
const onlyOfFiles: ReadonlySet<string> = new Set(['EROFS', 'EISDIR', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

/**
 * Returns the code of what the system says of a file or a folder; null for any other error. The path of a socket is none:
 * a server that restarts makes it anew.
 */
export function fileErrorCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || !codes.has(code) || syscall === undefined || syscall === 'connect') return null;
  return path !== undefined || onlyOfFiles.has(code) ? code : null;
}
