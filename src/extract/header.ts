import { type DatasetName, datasetNames, datasets } from '../domain/datasets.ts';
import { errorColumn } from '../domain/rejects.ts';
import { EluteError } from '../errors.ts';

/** What a header says: which dataset the file holds and where its columns stand (from 0). */
export interface RecognisedHeader {
  readonly dataset: DatasetName;
  readonly positions: Readonly<Record<string, number>>;
  /** Names of the columns that belong to no dataset, as the file has them. */
  readonly ignoredColumns: readonly string[];
  /** Where the column stands that says what was wrong in a row that is now mended. */
  readonly errorColumn?: number;
}

/**
 * Recognises a dataset by the names of its columns, in any order and spelling; `asked` settles which one
 * where the header fits several. `place` says where the header stands.
 * Throws `unknown_header`, `ambiguous_header` and `duplicate_column`.
 */
export function recogniseHeader(
  place: string,
  header: readonly string[],
  asked?: DatasetName,
): RecognisedHeader {
  const names = header.map(normaliseName);
  const dataset = chooseDataset(place, header, names, asked);
  checkUnique(place, dataset, names);
  const wanted = columnNames(dataset);
  const errors = names.indexOf(errorColumn);
  return {
    dataset,
    positions: Object.fromEntries(wanted.map((name) => [name, names.indexOf(name)])),
    ignoredColumns: header
      .filter((_, i) => ![...wanted, errorColumn].includes(names[i] ?? ''))
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    ...(errors >= 0 && { errorColumn: errors }),
  };
}

function chooseDataset(
  place: string,
  header: readonly string[],
  names: readonly string[],
  asked: DatasetName | undefined,
): DatasetName {
  const candidates = asked === undefined ? datasetNames : [asked];
  const fitting = candidates.filter((dataset) => missingColumns(dataset, names).length === 0);
  const [dataset] = fitting;
  if (dataset === undefined) throw unknownHeader(place, header, names, candidates);
  if (fitting.length > 1) throw ambiguousHeader(place, fitting);
  return dataset;
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

/** Where a column of a dataset stands in a header, from 0. */
export function findColumn(header: readonly string[], name: string): number | undefined {
  const index = header.map(normaliseName).indexOf(name);
  return index < 0 ? undefined : index;
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
  place: string,
  header: readonly string[],
  names: readonly string[],
  candidates: readonly DatasetName[],
): EluteError {
  const share = (dataset: DatasetName) =>
    missingColumns(dataset, names).length / columnNames(dataset).length;
  const nearest = candidates.reduce((best, dataset) =>
    share(dataset) < share(best) ? dataset : best,
  );
  const shown = header
    .map((name) => name.trim())
    .join(', ')
    .slice(0, 200);
  return new EluteError(
    'unknown_header',
    `${place}: the header "${shown}" fits ${candidates.length > 1 ? 'no dataset. The nearest is' : 'not the dataset'} ${nearest}; ` +
      `it lacks ${missingColumns(nearest, names).join(', ')}. Add or rename these columns.`,
  );
}

function ambiguousHeader(place: string, fitting: readonly DatasetName[]): EluteError {
  return new EluteError(
    'ambiguous_header',
    `${place}: the header fits ${fitting.join(' and ')} alike. Say which it is with --as ${fitting.join(' or --as ')}.`,
  );
}

function checkUnique(place: string, dataset: DatasetName, names: readonly string[]): void {
  const twice = columnNames(dataset).find(
    (name) => names.indexOf(name) !== names.lastIndexOf(name),
  );
  if (twice === undefined) return;
  throw new EluteError(
    'duplicate_column',
    `${place}: the header names ${twice} twice. Remove or rename one of the columns.`,
  );
}
