import type { Format, Source } from '../domain/places.ts';
import type { Reading } from '../domain/reading.ts';
import type { FileHash } from './hash-file.ts';
import type { RecognisedHeader } from './header.ts';
import type { Identity } from './identity.ts';
import type { Survey } from './text/survey.ts';

/** A table as handed over, with the dataset it holds. Its rows have been counted, not yet checked. */
interface Table<F extends Format> extends Source, RecognisedHeader, FileHash {
  readonly format: F;
  readonly header: readonly string[];
  readonly rowCount: number;
  readonly reading: Reading;
}

/** A table that the engine reads where it lies. */
interface Original {
  readonly location: string;
  /** As it was when it was looked at. */
  readonly identity: Identity;
}

export interface TextFile extends Original, Table<'text'>, Omit<Survey, keyof Table<'text'>> {}

export interface ParquetFile extends Original, Table<'parquet'> {
  readonly types: readonly string[];
}

/** A table whose rows stand in a copy of Elute's own making. */
export interface CopiedTable extends Table<'json' | 'xlsx' | 'ods' | 'xls'> {
  readonly copy: string;
}

export type InputFile = TextFile | ParquetFile | CopiedTable;
