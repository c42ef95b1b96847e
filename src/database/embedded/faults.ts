import { EluteError } from '../../errors.ts';
import type { Layout } from './layout.ts';

const otherServer = 'name a PostgreSQL server of your own with DATABASE_URL';

/** A fault of the embedded server with the two ways out: the given one, or another server. */
export function makeUnusable(what: string, wayOut: string, cause?: unknown): EluteError {
  return new EluteError('database_unusable', `${what} ${wayOut}, or ${otherServer}.`, { cause });
}

interface Failure {
  /** A sentence without its full stop. */
  readonly what: string;
  readonly layout: Layout;
  /** Where the output can be read, or who wrote it. */
  readonly source: string;
  readonly output: string;
}

/** What a failed binary said, told to the user. */
export function makeServerFault({ what, layout, source, output }: Failure): EluteError {
  if (/no space left on device|disk quota exceeded/i.test(output)) return makeDiskFull(layout);
  const wayOut = `Mend what the last lines of ${source} name and try again, or ${otherServer}:`;
  return new EluteError('database_unusable', `${what}. ${wayOut}\n${lastLines(output, 8)}`);
}

/**
 * The data is of another major version of PostgreSQL, from an older or newer Elute; undefined where it is
 * not that.
 */
export function findWrongVersion({ layout, output }: Failure): EluteError | undefined {
  const [, theirs, ours] =
    /initialized by PostgreSQL version (\d+), which is not compatible with this version (\d+)/.exec(
      output,
    ) ?? [];
  if (theirs === undefined) return undefined;
  return makeUnusable(
    `The database in ${layout.home} was made by PostgreSQL ${theirs}, and this Elute brings ${ours}: they do not read each other's data.`,
    `With the Elute that made it run "elute database backup FILE", move ${layout.home} away, and with this one run "elute database restore FILE" (docs/OPERATIONS.md)`,
  );
}

/** The server is there and at work, only not yet where it was wanted within the limit. */
export function makeSlow(what: string, layout: Layout): EluteError {
  return makeUnusable(
    `The embedded PostgreSQL server ${what} (log: ${layout.log}).`,
    'Try again in a minute',
  );
}

/** Turns the file system's refusals below `home` into sentences; other errors pass unchanged. */
export function explainFileFault(error: unknown, layout: Layout): unknown {
  const code = errnoOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return makeDiskFull(layout, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return makeUnusable(
      `Elute may not write to ${layout.home}, where its database lies (${code}).`,
      'Run it as the user who owns that directory',
      error,
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return makeUnusable(
      `${layout.home}, where the database would lie, is not a directory.`,
      'Move what is in its way',
      error,
    );
  }
  return error;
}

/** `ENOENT` and the like; undefined for everything that is not an error of the system. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function makeDiskFull({ home }: Layout, cause?: unknown): EluteError {
  const message = `The disk that holds the database in ${home} is full. Free some space and try again.`;
  return new EluteError('disk_full', message, { cause });
}

function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n').slice(-count);
  return lines.map((line) => `  ${line.trim()}`).join('\n');
}
