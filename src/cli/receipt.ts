import colors from 'picocolors';
import type { Load, LoadedFile } from '../domain/load.ts';
import { type RowCounts, sumCounts } from '../domain/receipt.ts';
import type { RowFinding } from '../domain/rejects.ts';
import type { LoadOutcome } from '../operations/load-files.ts';
import { type Column, renderTable } from './output.ts';

type ReceiptLine = Partial<Pick<LoadedFile, 'path' | 'dataset'>> & { readonly counts?: RowCounts };

const figures: readonly (keyof RowCounts)[] = [
  'read',
  'inserted',
  'updated',
  'unchanged',
  'duplicate',
  'rejected',
  'warnings',
];

const receiptColumns: readonly Column<ReceiptLine>[] = [
  { title: 'file', value: ({ path }) => path ?? 'all' },
  { title: 'dataset', value: ({ dataset }) => dataset ?? '' },
  ...figures.map((name) => ({
    title: name,
    value: ({ counts }: ReceiptLine) => counts?.[name] ?? null,
  })),
];

/** A load with its receipt, as a person reads it. */
export function renderLoad(load: Load): string {
  const counted = load.files.flatMap(({ counts }) => counts ?? []);
  const total = counted.length > 1 ? [{ counts: sumCounts(counted) }] : [];
  const ignored = load.files.filter((file) => file.ignoredColumns.length > 0);
  return [
    `${colors.bold(`Load ${load.loadId}`)}: ${load.state}${showDuration(load)}\n`,
    load.error === undefined ? '' : `${load.error.message}\n`,
    '\n',
    renderTable<ReceiptLine>([...load.files, ...total], receiptColumns),
    ...ignored.map(
      (file) => `\n${file.path}: left out the columns ${file.ignoredColumns.join(', ')}.\n`,
    ),
  ].join('');
}

/** The first findings, one a line, and how to see the others. */
export function renderFindings(load: Load, findings: readonly RowFinding[], shown: number): string {
  const lines = findings
    .slice(0, shown)
    .map(({ file, line, message }) => `  ${file}:${line}: ${message}\n`);
  const more = findings.length > shown ? '  …\n' : '';
  return `\nRejected:\n${lines.join('')}${more}"elute rejects ${load.loadId}" lists all.\n`;
}

export function renderAlreadyLoaded(files: LoadOutcome['alreadyLoaded']): string {
  return files
    .map(
      ({ path, loadId }) =>
        `${path}: already loaded by load ${loadId}; nothing changed (--force loads it all the same)\n`,
    )
    .join('');
}

function showDuration({ startedAt, finishedAt }: Load): string {
  if (finishedAt === undefined) return '';
  return ` in ${((finishedAt.getTime() - startedAt.getTime()) / 1000).toFixed(1)} s`;
}
