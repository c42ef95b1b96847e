import { parse } from 'pg-connection-string';
import { EluteError, type ErrorCode } from '../errors.ts';

/** What the user is told for a fault of the server or the way to it. */
const faults = {
  unreachable: {
    code: 'database_unreachable',
    sentence: 'cannot be reached. Check that it runs and that its address is right.',
  },
  starting: {
    code: 'database_unreachable',
    sentence: 'is starting or shutting down. Try again in a minute.',
  },
  crowded: {
    code: 'database_unreachable',
    sentence: 'has no connection left for us. Try again later, or raise its max_connections.',
  },
  encryption: {
    code: 'database_unreachable',
    sentence:
      'does not offer the encryption its address asks for, or no certificate to trust. Check sslmode and sslrootcert there.',
  },
  login: {
    code: 'database_login_failed',
    sentence:
      'refused the login. Check user name and password (DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD).',
  },
  missing: {
    code: 'database_missing',
    sentence: 'has no database of that name. Create it, or correct its address (DATABASE_URL).',
  },
  permission: {
    code: 'database_permission',
    sentence:
      'does not let this user do that. Grant the right to create a schema in the database, or to use the schema elute.',
  },
  standby: {
    code: 'database_permission',
    sentence: 'is read-only, such as a standby. Name the primary server.',
  },
  full: {
    code: 'disk_full',
    sentence:
      'has no disk space left; nothing was loaded. Free some space on the server and try again.',
  },
  lost: {
    code: 'connection_lost',
    sentence: 'closed the connection; what was not finished was rolled back. Try again.',
  },
} as const satisfies Record<string, { code: ErrorCode; sentence: string }>;

type Fault = keyof typeof faults;

const faultsByCode: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: 'unreachable',
  ENOENT: 'unreachable',
  ENOTSOCK: 'unreachable',
  EACCES: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'unreachable',
  '57P03': 'starting',
  '53300': 'crowded',
  '28P01': 'login',
  '28000': 'login',
  '3D000': 'missing',
  '42501': 'permission',
  '25006': 'standby',
  '53100': 'full',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  '57P01': 'lost',
  '57P02': 'lost',
  '57P05': 'lost',
};

/** What `pg` tells without a code; the first that fits counts. */
const faultsByMessage: readonly (readonly [RegExp, Fault])[] = [
  [/timeout exceeded when trying to connect|connection timeout|^timeout expired/i, 'unreachable'],
  [/Connection terminated|connection is closed|not queryable/i, 'lost'],
  [/password must be|SASL/i, 'login'],
  [/does not support SSL|SSL connection|certificate/i, 'encryption'],
];

/** Turns what `pg` throws into an error the user can act on; anything unknown stays as it is. */
export function translateDatabaseError(error: unknown, server: string): unknown {
  if (!(error instanceof Error)) return error;
  const fault = readFault(error);
  if (fault === undefined) return error;
  const { code, sentence } = faults[fault];
  return new EluteError(code, `The PostgreSQL server ${server} ${sentence}`, { cause: error });
}

/**
 * Why a refused login could not be looked up again. For the log alone: who sends requests need not know
 * where secrets are kept.
 */
export function explainRefusal(error: unknown): string | undefined {
  const refusal = error instanceof EluteError ? error.cause : error;
  const fault = refusal instanceof Error ? refusal.cause : undefined;
  return fault instanceof EluteError ? fault.message : undefined;
}

function readFault(error: Error): Fault | undefined {
  if (error instanceof EluteError) return undefined;
  if (error instanceof AggregateError && error.errors[0] instanceof Error)
    return readFault(error.errors[0]);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // A fault of a file, even with the same code, is none of the server.
  if ('path' in error) return undefined;
  if (code.startsWith('08')) return 'lost';
  return (
    faultsByCode[code] ?? faultsByMessage.find(([pattern]) => pattern.test(error.message))?.[1]
  );
}

/** The server a URL names, as it may be shown: no user, no password. */
export function nameServer(url: string): string {
  const { host, port, database } = parseAddress(url);
  return `${host || 'localhost'}${port ? `:${port}` : ''}/${database ?? ''}`;
}

/** The parser also reads the files that sslrootcert, sslcert and sslkey name. */
function parseAddress(url: string): ReturnType<typeof parse> {
  try {
    return parse(url);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EluteError(
      'invalid_configuration',
      `The address of the PostgreSQL server cannot be used: ${reason}. Correct its sslmode, sslrootcert, sslcert or sslkey.`,
      { cause },
    );
  }
}
