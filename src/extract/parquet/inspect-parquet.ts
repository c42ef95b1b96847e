import type { Engine } from '../../compute/engine.ts';
import { quoteText } from '../../compute/quote.ts';
import { EluteError } from '../../errors.ts';
import type { Limits, Part } from '../part.ts';

export interface ParquetTable {
  /** The names of its columns. */
  readonly header: readonly string[];
  /** The engine's type of each column. */
  readonly types: readonly string[];
  readonly rowCount: number;
}

/** Reads what a Parquet file says of itself. Throws `file_damaged`, `file_encrypted`, `file_too_large`. */
export async function inspectParquet(
  engine: Engine,
  { path, location }: Part,
  { inflatedBytes }: Limits,
): Promise<ParquetTable> {
  const columns = await guardParquet(
    path,
    engine.rows<{ column_name: string; column_type: string }>(
      `describe select * from ${readParquet(location, false)}`,
    ),
  );
  const [metadata] = await guardParquet(
    path,
    engine.rows<{ rows: number }>(
      `select num_rows as rows from parquet_file_metadata(${quoteText(location)})`,
    ),
  );
  const rowCount = metadata?.rows ?? 0;
  // Runs of equal values take no space in the file: rows are what they cost once they are read.
  if (rowCount * columns.length > inflatedBytes) throw makeTooLarge(path, rowCount);
  return {
    header: columns.map(({ column_name }) => column_name),
    types: columns.map(({ column_type }) => column_type),
    rowCount,
  };
}

/** Files of old writers hold text without saying that it is text. */
export function readParquet(location: string, hasRowNumbers: boolean): string {
  return `read_parquet(${quoteText(location)}, binary_as_string = true, file_row_number = ${hasRowNumbers})`;
}

/** Says of the engine's fault what it means to who handed over the file. */
export async function guardParquet<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof EluteError || !(error instanceof Error)) throw error;
    throw explainFault(path, error);
  }
}

function explainFault(path: string, cause: Error): EluteError {
  if (/encrypt/i.test(cause.message)) {
    const message = `${path} is encrypted. Write it without encryption.`;
    return new EluteError('file_encrypted', message, { cause });
  }
  const message = `${path} is no Parquet file that can be read: it is cut off or damaged. Copy it again, or write it anew.`;
  return new EluteError('file_damaged', message, { cause });
}

function makeTooLarge(path: string, rows: number): EluteError {
  return new EluteError(
    'file_too_large',
    `${path} says that it holds ${rows} rows, more than --inflated-limit grants. Raise it if you trust the file.`,
  );
}
