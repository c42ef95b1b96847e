import { Socket } from 'node:net';
import pg from 'pg';
import { EluteError } from '../errors.ts';
import type { Secret } from '../secrets/secret.ts';
import { nameServer, translateDatabaseError } from './faults.ts';
import { makePool } from './pool.ts';

export type Client = pg.PoolClient;

/** A pool of connections to one server, reached alike whether it is the embedded one or not. */
export interface Database {
  /** The server as it may be shown to a user. */
  readonly server: string;
  /** Runs one statement on any connection. */
  query<Row extends pg.QueryResultRow>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<Row[]>;
  /** The same for a statement that is run again and again: planned once a connection. */
  prepared<Row extends pg.QueryResultRow>(
    name: string,
    sql: string,
    parameters: readonly unknown[],
  ): Promise<Row[]>;
  /** Lends one connection for several statements. */
  withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result>;
  /** The same pool for one piece of work: `abort` ends its connections alone, and `close` nothing. */
  scope(): Database;
  /** Ends every connection at work at once. */
  abort(): void;
  close(): Promise<void>;
}

const oldestVersion = 140000;

/**
 * Connects and checks that the server is PostgreSQL 14 or newer. Throws `database_unreachable`,
 * `database_login_failed`, `database_missing`, `database_too_old`, and what its address throws.
 */
export async function openDatabase(address: Secret, poolSize = 4): Promise<Database> {
  const server = nameServer(await address.read());
  const sockets = new Set<Socket>();
  const pool = await makePool(address, {
    stream: () => keepSocket(sockets),
    max: poolSize,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'elute',
    // A load may compute for long between two statements; the formats are those `exportCsv` writes; on
    // today's disks an index beats reading a table of ten million rows for the rows of a thousand users; and
    // the server shall notice within seconds that a machine is gone, whose loads others then take up.
    options:
      '-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c datestyle=ISO,YMD -c random_page_cost=1.1 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2',
    types: { getTypeParser },
  });
  pool.on('error', () => {}); // An idle connection that broke is replaced; a lent one fails its statement.
  const database = makeDatabase({ pool, server, close: () => closePool(pool, sockets) });
  try {
    await checkVersion(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** So that it can be closed: the client leaves it open when a login fails half way, until the server gives up. */
function keepSocket(sockets: Set<Socket>): Socket {
  const socket = new Socket();
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  return socket;
}

interface Connections {
  readonly pool: pg.Pool;
  readonly server: string;
  readonly close: () => Promise<void>;
}

async function closePool(pool: pg.Pool, sockets: ReadonlySet<Socket>): Promise<void> {
  await pool.end();
  for (const socket of sockets) socket.destroy();
}

function makeDatabase({ pool, server, close }: Connections): Database {
  /** The clients at work. */
  const lent = new Set<Client>();
  const withClient = async <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => {
    let broken: Error | undefined;
    try {
      const client = await pool.connect();
      lent.add(client);
      const onError = (error: Error) => {
        broken = error;
      };
      client.on('error', onError);
      try {
        return await work(client);
      } catch (error) {
        broken ??= error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        lent.delete(client);
        client.off('error', onError);
        // A connection whose work failed may be in any state: it is not used again.
        client.release(broken);
      }
    } catch (error) {
      throw translateDatabaseError(error, server);
    }
  };
  return {
    server,
    withClient,
    query: (sql, parameters) =>
      withClient(async (client) => (await client.query(sql, [...(parameters ?? [])])).rows),
    prepared: (name, text, values) =>
      withClient(async (client) => (await client.query({ name, text, values: [...values] })).rows),
    abort: () => {
      for (const client of lent) endClient(client);
    },
    scope: () => makeDatabase({ pool, server, close: async () => {} }),
    close,
  };
}

/** `end` on a client at work closes its socket, which rolls its transaction back. */
export function endClient(client: Client & { end?: () => Promise<void> }): void {
  client.end?.().catch(() => {});
}

async function checkVersion(database: Database): Promise<void> {
  const [row] = await database.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::integer as number, current_setting('server_version') as version`,
  );
  if (row !== undefined && row.number >= oldestVersion) return;
  throw new EluteError(
    'database_too_old',
    `The server ${database.server} is PostgreSQL ${row?.version}; Elute needs 14 or newer.`,
  );
}

/** Ids fit a JavaScript number; dates stay the text they are. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === pg.types.builtins.INT8) return Number;
  if (oid === pg.types.builtins.DATE) return (text) => text;
  if (oid === 1016) return (text) => JSON.parse(text.replace('{', '[').replace('}', ']'));
  return format === 'binary'
    ? pg.types.getTypeParser(oid, 'binary')
    : pg.types.getTypeParser(oid, 'text');
}

const pageRows = 5000;

/**
 * Reads a long result page by page, from one snapshot and in bounded memory; an empty result gives one
 * empty page.
 */
export async function readPages<Row extends pg.QueryResultRow>(
  database: Database,
  statement: { sql: string; parameters: readonly unknown[] },
  onPage: (rows: Row[]) => Promise<void>,
): Promise<void> {
  await database.withClient((client) => readPagesOn(client, statement, onPage));
}

/** The same on a connection that is lent already. The next page is fetched when the last one is taken. */
export async function readPagesOn<Row extends pg.QueryResultRow>(
  client: Client,
  { sql, parameters }: { sql: string; parameters: readonly unknown[] },
  onPage: (rows: Row[]) => Promise<void>,
): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(`declare pages no scroll cursor for ${sql}`, [...parameters]);
    let rows: Row[];
    do {
      ({ rows } = await client.query<Row>(`fetch ${pageRows} from pages`));
      await onPage(rows);
    } while (rows.length === pageRows);
  });
}

/** Runs work in one transaction: all of it is committed, or nothing. */
export async function inTransaction<Result>(
  client: Client,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {}); // A lost connection has rolled back already.
    throw error;
  }
}
