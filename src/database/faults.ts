import { parse } from 'pg-connection-string';
import { EluteError, type ErrorCode } from '../errors.ts';

/** What the user is told for a fault of the server or the way to it; never the URL's password. */
const sentences = {
  database_unreachable: 'cannot be reached. Check that it runs and that its address is right.',
  database_login_failed: 'refused the login. Check user name and password in DATABASE_URL.',
  database_missing: 'has no database of that name. Create it, or correct DATABASE_URL.',
  database_permission:
    'does not let this user do that. Grant it the right to create a schema, or to use the schema elute.',
  disk_full:
    'has no disk space left; nothing was loaded. Free some space on the server and try again.',
  connection_lost: 'closed the connection; what was not finished was rolled back. Try again.',
} satisfies Partial<Record<ErrorCode, string>>;

type DatabaseFault = keyof typeof sentences;

const faultsByCode: Readonly<Record<string, DatabaseFault>> = {
  ECONNREFUSED: 'database_unreachable',
  ENOENT: 'database_unreachable',
  ENOTFOUND: 'database_unreachable',
  EAI_AGAIN: 'database_unreachable',
  EHOSTUNREACH: 'database_unreachable',
  ETIMEDOUT: 'database_unreachable',
  '53300': 'database_unreachable',
  '57P03': 'database_unreachable',
  '28P01': 'database_login_failed',
  '28000': 'database_login_failed',
  '3D000': 'database_missing',
  '42501': 'database_permission',
  '53100': 'disk_full',
  ECONNRESET: 'connection_lost',
  EPIPE: 'connection_lost',
  '57P01': 'connection_lost',
  '57P02': 'connection_lost',
  '57P05': 'connection_lost',
};

/** Turns what `pg` throws into an error the user can act on; anything unknown stays as it is. */
export function translateDatabaseError(error: unknown, server: string): unknown {
  const fault = error instanceof Error ? readFault(error) : undefined;
  return fault === undefined
    ? error
    : new EluteError(fault, `The PostgreSQL server ${server} ${sentences[fault]}`, {
        cause: error,
      });
}

function readFault(error: Error): DatabaseFault | undefined {
  if (error instanceof AggregateError && error.errors[0] instanceof Error)
    return readFault(error.errors[0]);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('08')) return 'connection_lost';
  if (/Connection terminated|client password must be a string/i.test(error.message)) {
    return /password/.test(error.message) ? 'database_login_failed' : 'connection_lost';
  }
  if (/timeout exceeded when trying to connect|connection timeout/i.test(error.message))
    return 'database_unreachable';
  return faultsByCode[code];
}

/** The server a URL names, as it may be shown: no user, no password. */
export function nameServer(url: string): string {
  const { host, port, database } = parse(url);
  return `${host ?? 'localhost'}${port ? `:${port}` : ''}/${database ?? ''}`;
}
