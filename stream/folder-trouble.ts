/** Why a folder cannot be used, as a part of a sentence; from the code of the error. */
export function folderReason(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EROFS': return 'it is on a read-only disk';
    case 'EACCES':
    case 'EPERM': return 'this user may not write there';
    case 'ENOSPC': return 'the disk is full';
    case 'EDQUOT': return 'this user may put no more on that disk';
    case 'ENOTDIR':
    case 'EEXIST': return 'a part of its path is a file, not a folder';
    case 'ENOENT': return 'it does not exist and cannot be made';
    default: return cause instanceof Error ? cause.message : String(cause);
  }
}

/** What a person can do about it: a full disk is not helped by other rights. */
export function folderAdvice(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT': return 'Make room on its disk, or set TOCSIN_DATA_DIR to a folder on another one.';
    case 'EROFS': return 'Let the disk take writes, or set TOCSIN_DATA_DIR to a folder on another one.';
    default: return 'Set TOCSIN_DATA_DIR to a folder that this user may write.';
  }
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
}
