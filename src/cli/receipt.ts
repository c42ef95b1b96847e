import type { Load, LoadedFile } from '../domain/load.ts';
import { type RowCounts, sumCounts } from '../domain/receipt.ts';
import type { RowFinding } from '../domain/rejects.ts';
import type { LoadOutcome } from '../operations/load-files.ts';
import { bold, type Column, renderTable, showControls } from './table.ts';

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

/** The receipts of all files of a load together. */
export function countTotal(load: Load | undefined): RowCounts {
  return sumCounts((load?.files ?? []).flatMap(({ counts }) => counts ?? []));
}

/** A load with its receipt, as a person reads it. */
export function renderLoad(load: Load): string {
  const counted = load.files.filter(({ counts }) => counts !== undefined);
  const total = counted.length > 1 ? [{ counts: countTotal(load) }] : [];
  const ignored = load.files.filter((file) => file.ignoredColumns.length > 0);
  return [
    `${bold(`Load ${load.loadId}`)}: ${load.state}${showDuration(load)}\n`,
    load.error === undefined ? '' : `${load.error.message}\n`,
    '\n',
    renderTable<ReceiptLine>([...load.files, ...total], receiptColumns),
    ...ignored.map(
      (file) => `\n${file.path}: left out the columns ${file.ignoredColumns.join(', ')}.\n`,
    ),
  ].join('');
}

/** The first rejects, one a line, and how to see and mend them all. */
export function renderRejects(load: Load, rejects: readonly RowFinding[]): string {
  const { rejected, warnings } = countTotal(load);
  const others = rejected - rejects.length;
  const files = load.files.filter(({ counts }) => (counts?.rejected ?? 0) > 0);
  const file = files.length > 1 ? '--file FILE ' : '';
  const command = `elute rejects ${load.loadId}`;
  return [
    `\n${showCount(rejected, 'row')} rejected:\n`,
    ...rejects.map((reject) => `  ${showFinding(reject)}\n`),
    others === 0 ? '' : `  … and ${others} more\n`,
    `See all:  ${command}${warnings === 0 ? '' : ` (and ${showCount(warnings, 'warning')})`}\n`,
    `Mend:     ${command} ${file}--format csv > mend.csv, correct it, elute load mend.csv\n`,
  ].join('');
}

/** Where to see what a receipt only counts. */
export function renderHint(load: Load): string {
  const { rejected, warnings } = countTotal(load);
  const found = [
    ...(rejected > 0 ? [`${showCount(rejected, 'row')} rejected`] : []),
    ...(warnings > 0 ? [showCount(warnings, 'warning')] : []),
  ];
  return found.length === 0 ? '' : `\n${found.join(', ')}; see: elute rejects ${load.loadId}\n`;
}

export function renderAlreadyLoaded(files: LoadOutcome['alreadyLoaded']): string {
  return files
    .map(
      ({ path, loadId }) =>
        `${path}: already loaded by load ${loadId}; nothing changed (--force loads it all the same)\n`,
    )
    .join('');
}

function showFinding({ file, line, message }: RowFinding): string {
  return showControls(`${file}:${line}: ${message}`);
}

function showCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function showDuration({ startedAt, finishedAt }: Load): string {
  if (finishedAt === undefined) return '';
  return ` in ${((finishedAt.getTime() - startedAt.getTime()) / 1000).toFixed(1)} s`;
}
