import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Engine } from '../compute/engine.ts';
import { placePrefix } from '../domain/places.ts';
import type { Reading } from '../domain/reading.ts';
import { EluteError } from '../errors.ts';
import { type FileHash, hashFile } from './hash-file.ts';
import { countKnownColumns, recogniseHeader } from './header.ts';
import { readIdentity } from './identity.ts';
import type { CopiedTable, InputFile, ParquetFile, TextFile } from './input-file.ts';
import { isOtherText } from './is-other-text.ts';
import { surveyJson } from './json/survey-json.ts';
import { inspectParquet } from './parquet/inspect-parquet.ts';
import type { Limits, Part } from './part.ts';
import type { Delimiter } from './text/quoting.ts';
import { surveyFile } from './text/survey.ts';
import { readWorkbook, type SheetTable } from './workbook/read-workbook.ts';

/** Something beside tables that holds none, and why it was not read. */
export interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

interface InspectOptions {
  /** Gives the folder that takes copies. */
  readonly makeFolder: () => Promise<string>;
  readonly limits: Limits;
  readonly reading: Reading;
  readonly signal: AbortSignal;
  /** Increments of the bytes looked at, for progress. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly getEngine: () => Promise<Engine>;
}

interface Tables {
  readonly files: readonly InputFile[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Looks at every byte of a file once: the tables in it. Throws what makes the whole file unusable; see
 * the reader of its format.
 */
export async function inspectPart(part: Part, options: InspectOptions): Promise<Tables> {
  if (await isOtherText(part)) return { files: [], leftOut: [leaveOut(part.path)] };
  switch (part.format) {
    case 'text':
      return single(await inspectText(part, options));
    case 'json':
      return single(await inspectJson(part, options));
    case 'parquet':
      return single(await inspectParquetFile(part, options));
    default:
      return inspectWorkbook({ ...part, format: part.format }, options);
  }
}

function single(file: InputFile): Tables {
  return { files: [file], leftOut: [] };
}

async function inspectText(
  part: Part,
  { reading, signal, onBytes }: InspectOptions,
): Promise<TextFile> {
  const identity = await readIdentity(part.location);
  const survey = await surveyFile(part, {
    signal,
    onBytes,
    encoding: reading.encoding,
    chooseDelimiter,
  });
  const { path, location } = part;
  const recognised = recogniseHeader(`${path}:1`, survey.header, reading.dataset);
  return {
    path,
    location,
    identity,
    format: 'text',
    numbering: 'line',
    ...survey,
    ...recognised,
    reading,
  };
}

/** The delimiter under which most columns are known; the comma among equals. */
function chooseDelimiter(headers: ReadonlyMap<Delimiter, string[]>): Delimiter {
  const known = [...headers].map(([delimiter, header]) => ({
    delimiter,
    count: countKnownColumns(header),
  }));
  return known.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

async function inspectJson(
  part: Part,
  { makeFolder, reading, signal, onBytes }: InspectOptions,
): Promise<CopiedTable> {
  const copy = join(await makeFolder(), `${randomUUID()}.records`);
  const survey = await surveyJson(part, { copy, signal, onBytes, encoding: reading.encoding });
  const recognised = recogniseHeader(`${part.path}:1`, survey.header, reading.dataset);
  return { path: part.path, format: 'json', ...survey, ...recognised, reading };
}

async function inspectParquetFile(
  part: Part,
  { limits, reading, signal, getEngine }: InspectOptions,
): Promise<ParquetFile> {
  const identity = await readIdentity(part.location);
  const hash = await hashFile(part.location, signal);
  const table = await inspectParquet(await getEngine(), part, limits);
  const recognised = recogniseHeader(part.path, table.header, reading.dataset);
  const { path, location } = part;
  return {
    path,
    location,
    identity,
    format: 'parquet',
    numbering: 'row',
    ...hash,
    ...table,
    ...recognised,
    reading,
  };
}

type Workbook = Part & { readonly format: 'xlsx' | 'ods' | 'xls' };

/** Sheets that share no column with any dataset are left out, if there are others. */
async function inspectWorkbook(part: Workbook, options: InspectOptions): Promise<Tables> {
  const hash = await hashFile(part.location, options.signal);
  const sheets = await readWorkbook(part, { ...options, folder: await options.makeFolder() });
  const isTable = ({ header }: SheetTable) => countKnownColumns(header) > 0;
  const tables = sheets.some(isTable) ? sheets.filter(isTable) : sheets;
  if (tables.length === 0) throw makeEmpty(part.path);
  return {
    files: tables.map((sheet) => describeSheet(part, sheet, hash, options.reading)),
    leftOut: sheets
      .filter((sheet) => !tables.includes(sheet))
      .map(({ sheet }) => leaveOut(`${part.path}, ${sheet}`)),
  };
}

function describeSheet(
  { path, format }: Workbook,
  table: SheetTable,
  hash: FileHash,
  reading: Reading,
): CopiedTable {
  const { sheet, header, headerLine, rowCount, copy } = table;
  const source = { path, sheet, format, numbering: 'row' } as const;
  const recognised = recogniseHeader(
    `${placePrefix(source)}${headerLine}`,
    header,
    reading.dataset,
  );
  const ignoredColumns = [...recognised.ignoredColumns, ...table.surplusColumns];
  return { ...source, ...hash, header, rowCount, copy, ...recognised, ignoredColumns, reading };
}

function leaveOut(path: string): LeftOut {
  return { path, reason: 'holds no table that Elute knows' };
}

function makeEmpty(path: string): EluteError {
  return new EluteError(
    'empty_file',
    `${path} is empty: none of its sheets holds a cell. Export it again, or leave it out.`,
  );
}
