// What the file system and SQLite say when a file is not what it should be, in words for whoever set the path.

const wayOut: Readonly<Record<string, string>> = {
  ENOTDIR: 'part of the path is a file, not a folder; correct DATA_DIR or DATABASE_URL',
  EACCES: 'this user may not read or write there; correct the rights, DATA_DIR or DATABASE_URL',
  EPERM: 'this user may not read or write there; correct the rights, DATA_DIR or DATABASE_URL',
  EROFS: 'the disk is read-only; correct DATA_DIR or DATABASE_URL',
  ENOSPC: 'the disk is full; make room, then run the same command again',
  SQLITE_CANTOPEN: 'the database file cannot be opened; correct DATABASE_URL or the rights of its folder',
  SQLITE_NOTADB: 'the file that DATABASE_URL names is no SQLite database; name another one',
  SQLITE_READONLY: 'the database file may not be written; correct its rights, or DATABASE_URL',
  SQLITE_FULL: 'the disk is full; make room, then run the same command again',
};

/** The message, or undefined when the error is not about a file. */
export function fileTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : wayOut[code];
  return known && `${path ?? message}: ${known}`;
}
