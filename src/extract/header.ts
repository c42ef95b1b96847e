import { type DatasetName, datasetNames, datasets } from '../domain/datasets.ts';
import { EluteError } from '../errors.ts';

/** What a header says: which dataset the file holds and where its columns stand (from 0). */
export interface RecognisedHeader {
  readonly dataset: DatasetName;
  readonly positions: Readonly<Record<string, number>>;
  /** Names of the columns that belong to no dataset, as the file has them. */
  readonly ignoredColumns: readonly string[];
}

/**
 * Recognises a dataset by the names of its columns, in any order and spelling.
 * Throws `unknown_header`, `ambiguous_header` and `duplicate_column`.
 */
export function recogniseHeader(path: string, header: readonly string[]): RecognisedHeader {
  const names = header.map(normaliseName);
  const fitting = datasetNames.filter((dataset) => missingColumns(dataset, names).length === 0);
  const [dataset] = fitting;
  if (dataset === undefined) throw unknownHeader(path, header, names);
  if (fitting.length > 1) throw ambiguousHeader(path, fitting);
  checkUnique(path, dataset, names);
  const wanted = columnNames(dataset);
  return {
    dataset,
    positions: Object.fromEntries(wanted.map((name) => [name, names.indexOf(name)])),
    ignoredColumns: header
      .filter((_, i) => !wanted.includes(names[i] ?? ''))
      .map((name) => name.trim()),
  };
}

/** How many columns of the nearest dataset a header has; tells the right delimiter from the wrong ones. */
export function countKnownColumns(header: readonly string[]): number {
  const names = header.map(normaliseName);
  return Math.max(
    ...datasetNames.map(
      (dataset) => columnNames(dataset).length - missingColumns(dataset, names).length,
    ),
  );
}

/** ` "User-ID"` and `user id` are `user_id`. */
function normaliseName(name: string): string {
  return name
    .replaceAll('"', '')
    .replaceAll('\uFEFF', '')
    .trim()
    .toLowerCase()
    .replaceAll(/[-\s]+/g, '_');
}

function columnNames(dataset: DatasetName): string[] {
  return datasets[dataset].columns.map((column) => column.name);
}

function missingColumns(dataset: DatasetName, names: readonly string[]): string[] {
  return columnNames(dataset).filter((name) => !names.includes(name));
}

function unknownHeader(
  path: string,
  header: readonly string[],
  names: readonly string[],
): EluteError {
  const share = (dataset: DatasetName) =>
    missingColumns(dataset, names).length / columnNames(dataset).length;
  const nearest = datasetNames.reduce((best, dataset) =>
    share(dataset) < share(best) ? dataset : best,
  );
  const shown = header
    .map((name) => name.trim())
    .join(', ')
    .slice(0, 200);
  return new EluteError(
    'unknown_header',
    `${path}:1: the header "${shown}" fits no dataset. The nearest is ${nearest}; ` +
      `it lacks ${missingColumns(nearest, names).join(', ')}. Add or rename these columns.`,
  );
}

function ambiguousHeader(path: string, fitting: readonly DatasetName[]): EluteError {
  return new EluteError(
    'ambiguous_header',
    `${path}:1: the header fits ${fitting.join(' and ')} alike. Split the file into one file for each.`,
  );
}

function checkUnique(path: string, dataset: DatasetName, names: readonly string[]): void {
  const twice = columnNames(dataset).find(
    (name) => names.indexOf(name) !== names.lastIndexOf(name),
  );
  if (twice === undefined) return;
  throw new EluteError(
    'duplicate_column',
    `${path}:1: the header names ${twice} twice. Remove or rename one of the columns.`,
  );
}
