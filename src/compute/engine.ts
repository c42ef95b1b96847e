import type { Readable } from 'node:stream';

/** A value bound to a `$name` in a statement. */
export type Parameters = Readonly<Record<string, string | number | null>>;

/** CSV on its way out of the engine. */
export interface CsvExport {
  readonly stream: Readable;
  /** Rows written; rejects when the query fails, so await it beside the stream. */
  readonly rowCount: Promise<number>;
}

export interface CsvImport {
  readonly path: string;
  readonly table: string;
  /** Column name to type, in the order of the file. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * What computes: one private set of tables, held in bounded memory, gone when closed. A second engine
 * (Trino, say) would implement this interface and read the same statements.
 */
export interface Engine {
  /** Runs statements separated by semicolons; the rows changed by the last one. */
  run(sql: string, parameters?: Parameters): Promise<number>;
  /** Rows of a small result. Whole numbers beyond 2^53-1 do not occur in what Elute asks for. */
  rows<Row>(sql: string, parameters?: Parameters): Promise<Row[]>;
  /** Streams a query's rows as CSV without header: null is empty, an empty text is "". */
  exportCsv(select: string): Promise<CsvExport>;
  /** Appends CSV as `exportCsv` and PostgreSQL write it to a table; the rows added. */
  importCsv(source: CsvImport): Promise<number>;
  /** A path for a file of one's own; removed with the engine. */
  scratchPath(name: string): string;
  /** Share of the running statement that is done, 0 to 1; undefined where it is not known. */
  progress(): number | undefined;
  /** Makes the running statement fail soon; it leaves nothing behind. */
  interrupt(): void;
  close(): Promise<void>;
}
