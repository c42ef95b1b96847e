import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResultReader,
  type DuckDBValue,
} from '@duckdb/node-api';
import { EluteError } from '../errors.ts';
import { readStatement } from '../statements.ts';
import type { CsvExport, CsvImport, Engine, Parameters } from './engine.ts';
import { freeWriter, makeFifo, openReader } from './fifo.ts';
import { quoteText } from './quote.ts';
import { explainScratchFault, makeScratchFolder } from './scratch.ts';

export interface EngineSettings {
  /** The folder under which the engine's private folder is made; it takes what does not fit in memory. */
  readonly scratchDirectory: string;
  /** Such as 512MB; the process may take twice as much. */
  readonly memoryLimit: string;
  readonly threads: number;
}

/** Opens an empty engine in a scratch folder of its own. Throws `disk_full` and `invalid_configuration`. */
export async function openEngine(settings: EngineSettings): Promise<Engine> {
  const folder = await makeScratchFolder(settings.scratchDirectory);
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: settings.memoryLimit,
      threads: String(settings.threads),
      temp_directory: join(folder, 'spill'),
      // Rows are compressed as they come; to go over the file again brings nothing.
      checkpoint_threshold: '1TB',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connect = await attachTables(instance, join(folder, 'tables.db'));
    const connection = await connect();
    await connection.run(readStatement('compute/session.sql'));
    await connection.run(readStatement('compute/macros.sql'));
    return makeEngine({ instance, connect, connection, folder });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw translateError(error);
  }
}

type Connect = () => Promise<DuckDBConnection>;

/**
 * The tables lie in a file, compressed: a seventh of what they would take in memory. Nothing of it is
 * logged or synced, since it goes with the engine.
 */
async function attachTables(instance: DuckDBInstance, path: string): Promise<Connect> {
  const first = await instance.connect();
  await first.run(`attach ${quoteText(path)} as tables (recovery_mode 'no_wal_writes')`);
  first.closeSync();
  return async () => {
    const connection = await instance.connect();
    await connection.run('use tables');
    return connection;
  };
}

interface Opened {
  readonly instance: DuckDBInstance;
  readonly connect: Connect;
  readonly connection: DuckDBConnection;
  readonly folder: string;
}

function makeEngine({ instance, connect, connection, folder }: Opened): Engine {
  let exports = 0;
  const idleFifos: string[] = [];
  const takeFifo = async () => idleFifos.pop() ?? makeFifo(join(folder, `export-${++exports}`));
  const run = async (sql: string, parameters?: Parameters): Promise<number> => {
    try {
      return countChanged(await connection.runAndReadAll(sql, bind(parameters)));
    } catch (error) {
      throw translateError(error);
    }
  };
  return {
    run,
    rows: async <Row>(sql: string, parameters?: Parameters) => {
      const result = await connection.runAndReadAll(sql, bind(parameters)).catch((error) => {
        throw translateError(error);
      });
      return asRows<Row>(result.getRowObjectsJS());
    },
    exportCsv: async (select): Promise<CsvExport> => {
      const fifo = await takeFifo().catch((error) => {
        throw translateError(error);
      });
      const stream = openReader(fifo);
      const exporting = await connect();
      const rowCount = exporting
        .run(`copy (${select}) to ${quoteText(fifo)} (format csv, header false)`)
        .then(
          (result) => result.rowsChanged,
          (error) => {
            stream.destroy(translateError(error));
            throw translateError(error);
          },
        )
        .finally(() => exporting.closeSync());
      freeWriter(stream, fifo, rowCount);
      const isRead = new Promise((resolve) => stream.once('close', resolve));
      Promise.all([isRead, rowCount]).then(
        () => idleFifos.push(fifo),
        () => {}, // A pipe over which an export failed is not used again.
      );
      return { stream, rowCount };
    },
    importCsv: (source) => run(importStatement(source)),
    scratchPath: (name) => join(folder, name),
    progress: () => asShare(connection.progress.percentage),
    interrupt: () => connection.interrupt(),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `rowsChanged` leaves out the rows of a `create table as`, which come as a result named Count. */
function countChanged(result: DuckDBResultReader): number {
  const [count] = result.columnNames()[0] === 'Count' ? (result.getRowsJS()[0] ?? []) : [];
  return typeof count === 'bigint' ? Number(count) : result.rowsChanged;
}

/** DuckDB binds by name without the `$`; undefined means that nothing is bound. */
function bind(parameters?: Parameters): Record<string, DuckDBValue> | undefined {
  return parameters && { ...parameters };
}

function importStatement({ path, table, columns }: CsvImport): string {
  const types = Object.entries(columns).map(
    ([name, type]) => `${quoteText(name)}: ${quoteText(type)}`,
  );
  return `insert into ${table} select * from read_csv(${quoteText(path)}, header = false, auto_detect = false,
    delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
    max_line_size = 16777216, buffer_size = 33554432, new_line = '\\n', parallel = false, columns = {${types.join(', ')}})`;
}

function asShare(percentage: number): number | undefined {
  return percentage >= 0 ? percentage / 100 : undefined;
}

/** The one place where a result is trusted to have the shape its statement gives it. */
function asRows<Row>(rows: Record<string, unknown>[]): Row[] {
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'bigint' ? Number(value) : value,
        ]),
      ) as Row,
  );
}

/** A disk without room for what memory cannot hold comes as a lack of memory: the disk goes first. */
function translateError(thrown: unknown): Error {
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
  const fault = explainScratchFault(cause);
  if (fault !== cause || !cause.message.startsWith('Out of Memory Error')) return fault;
  return new EluteError(
    'memory_exhausted',
    'The memory limit is too small for this work. Raise it with --memory-limit, or lower --threads.',
    { cause },
  );
}
