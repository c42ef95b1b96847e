import type { Format } from '../domain/places.ts';

/** The bytes of one table file or workbook: a file as handed over, or one that was unpacked from it. */
export interface Part {
  /** As a user knows it: `runs.csv`, `runs.csv.gz`, or `bundle.zip/runs.csv` for one in an archive. */
  readonly path: string;
  /** Where the bytes lie: the file itself, or its unpacked copy. */
  readonly location: string;
  readonly format: Format;
  /** The user named this very file; it was not found in a folder or an archive. */
  readonly isNamed: boolean;
}

/** What is granted to a file from who knows where; every setting has a default. */
export interface Limits {
  /** Bytes that one file handed over may unpack to, all that is in it taken together. */
  readonly inflatedBytes: number;
  /** How many times its own size a file may unpack to, once that is more than 64 MiB. */
  readonly inflationRatio: number;
  /** Heap of the process that reads a workbook. */
  readonly workbookMemoryMb: number;
  readonly workbookSeconds: number;
}
