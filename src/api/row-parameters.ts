import {
  type QueryFault,
  type RowParameters,
  readRowQuery,
} from '../domain/rows/read-row-query.ts';
import { listParameters, type RowQuery } from '../domain/rows/row-query.ts';
import type { RowTable } from '../domain/rows/row-table.ts';
import { type ExportFormat, exportFormats } from '../operations/export-rows.ts';
import { RequestError } from './problems.ts';

export const defaultLimit = 100;
export const mostRows = 1000;

/** What a list was asked for: a page of so many rows, or all of them as a file. */
export type RowRequest =
  | { readonly format: 'json'; readonly query: RowQuery & { readonly limit: number } }
  | { readonly format: ExportFormat; readonly query: RowQuery };

type Named = Partial<Record<(typeof listParameters)[number], string>>;

/**
 * Reads the parameters of a list, still as the address has them. Throws one `invalid_request` that names
 * every fault with what is allowed.
 */
export function readRowRequest(
  table: RowTable,
  parameters: Readonly<Record<string, unknown>>,
): RowRequest {
  const faults: QueryFault[] = [];
  const texts = readTexts(parameters, faults);
  const isNamed = ([name]: readonly [string, string]) => listParameters.some((one) => one === name);
  const {
    limit: limitText,
    format: formatText,
    ...rest
  }: Named = Object.fromEntries(texts.filter(isNamed));
  const format = readFormat(formatText, faults);
  if (format !== 'json') refusePaging({ limit: limitText, cursor: rest.cursor }, faults);
  const limit = readLimit(limitText, faults);
  const filters = texts.filter((text) => !isNamed(text));
  const query = readQuery(table, { ...rest, filters }, faults);
  if (query === undefined || faults.length > 0) throw makeInvalid(faults);
  return format === 'json' ? { format, query: { ...query, limit } } : { format, query };
}

function readTexts(
  parameters: Readonly<Record<string, unknown>>,
  faults: QueryFault[],
): (readonly [string, string])[] {
  return Object.entries(parameters).flatMap(([parameter, text]) => {
    if (typeof text === 'string') return [[parameter, text] as const];
    faults.push({ parameter, message: 'may be given once; .in takes several values' });
    return [];
  });
}

function readFormat(text = 'json', faults: QueryFault[]): 'json' | ExportFormat {
  const format = exportFormats.find((one) => one === text);
  if (format === undefined && text !== 'json')
    faults.push({ parameter: 'format', message: `must be json, ${exportFormats.join(', ')}` });
  return format ?? 'json';
}

function readLimit(text = String(defaultLimit), faults: QueryFault[]): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > mostRows)
    faults.push({ parameter: 'limit', message: `must be a whole number from 1 to ${mostRows}` });
  return limit;
}

/** A file cut at a page's end would look like a whole one. */
function refusePaging(
  paging: Readonly<Record<string, string | undefined>>,
  faults: QueryFault[],
): void {
  for (const [parameter, text] of Object.entries(paging)) {
    if (text !== undefined)
      faults.push({ parameter, message: 'is for pages of json; the other formats give all rows' });
  }
}

function readQuery(
  table: RowTable,
  parameters: RowParameters,
  faults: QueryFault[],
): RowQuery | undefined {
  const read = readRowQuery(table, parameters);
  if ('query' in read) return read.query;
  faults.push(...read.faults);
  return undefined;
}

function makeInvalid(faults: readonly QueryFault[]): RequestError {
  return new RequestError(
    'invalid_request',
    'The parameters are not as the API describes them; see "errors".',
    faults.map(({ parameter, message }) => ({ in: `querystring/${parameter}`, message })),
  );
}
