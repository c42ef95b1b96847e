import { EluteError } from '../errors.ts';
import { renderCsvLines } from './csv.ts';
import { errorColumn, type Reject } from './rejects.ts';

/**
 * The rows under the header of their file, ready to be mended and loaded again. A row with too few or too
 * many cells keeps them all, and so stays a reject until it is mended. The load's number in the last cell
 * links the two loads.
 */
export function renderMendable(loadId: number, rejects: readonly Reject[]): string {
  checkOneFile(rejects);
  const header = rejects[0]?.header ?? [];
  const isData = (title: string) => title.trim() !== errorColumn;
  return renderCsvLines([
    [...header.filter(isData), errorColumn],
    ...rejects.map(({ record, place, message }) => [
      ...dropError(header, record, isData),
      `load ${loadId}, ${place}: ${message}`,
    ]),
  ]);
}

/** A row that was mended in vain before has an error already; in one with too few cells it stands elsewhere. */
function dropError(
  header: readonly string[],
  record: readonly string[],
  isData: (title: string) => boolean,
): readonly string[] {
  if (header.every(isData)) return record;
  if (record.length === header.length) return record.filter((_, i) => isData(header[i] ?? ''));
  return /^load \d+, /.test(record.at(-1) ?? '') ? record.slice(0, -1) : record;
}

function checkOneFile(rejects: readonly Reject[]): void {
  const files = [...new Set(rejects.map(({ file }) => file))];
  if (files.length <= 1) return;
  throw new EluteError(
    'invalid_usage',
    `The load has rejects from several files. Name one of them with --file: ${files.join(', ')}.`,
  );
}
