import type { Load, LoadedFile } from '../domain/load.ts';
import { nameSource } from '../domain/places.ts';
import { type RowCounts, rowOutcomes, sumCounts } from '../domain/receipt.ts';
import type { RowFinding } from '../domain/rejects.ts';
import type { LoadOutcome } from '../operations/load-files.ts';
import { type NextSteps, stepsHere } from './next-steps.ts';
import { bold, type Column, renderTable, showControls } from './table.ts';

type ReceiptLine = Partial<Pick<LoadedFile, 'dataset' | 'counts'>> & { readonly file: string };

const figures: readonly (keyof RowCounts)[] = ['read', ...rowOutcomes, 'warnings'];

/** A features-only load stores no rows, any other one computes from what it stores. */
function listColumns({ featuresOnly }: Load): Column<ReceiptLine>[] {
  const others: readonly string[] = featuresOnly
    ? ['inserted', 'updated', 'unchanged']
    : ['computed'];
  return [
    { title: 'file', value: ({ file }) => file },
    { title: 'dataset', value: ({ dataset }) => dataset ?? '' },
    ...figures
      .filter((name) => !others.includes(name))
      .map((name) => ({
        title: name,
        value: ({ counts }: ReceiptLine) => counts?.[name] ?? null,
      })),
  ];
}

/** The receipts of all files of a load together. */
export function countTotal(load: Load | undefined): RowCounts {
  return sumCounts((load?.files ?? []).flatMap(({ counts }) => counts ?? []));
}

/** A load with its receipt, as a person reads it. */
export function renderLoad(load: Load): string {
  const lines: ReceiptLine[] = load.files.map((file) => ({ ...file, file: nameSource(file) }));
  const counted = load.files.filter(({ counts }) => counts !== undefined);
  const total = counted.length > 1 ? [{ file: 'all', counts: countTotal(load) }] : [];
  const ignored = load.files.filter((file) => file.ignoredColumns.length > 0);
  return [
    `${bold(`Load ${load.loadId}`)}: ${describeState(load)}\n`,
    load.error === undefined ? '' : `${load.error.message}\n`,
    '\n',
    renderTable([...lines, ...total], listColumns(load)),
    ...ignored.map(
      (file) => `\n${nameSource(file)}: left out the columns ${file.ignoredColumns.join(', ')}.\n`,
    ),
    ...load.files
      .filter(({ encoding }) => encoding === 'windows-1252')
      .map(
        (file) =>
          `\n${nameSource(file)}: read as Windows-1252, since it is no UTF-8; --encoding names another one.\n`,
      ),
    ...describeLinks(load).map((line) => `\n${line}\n`),
  ].join('');
}

/** `loaded in 0.3 s, features only`. */
function describeState({ state, startedAt, finishedAt, undoneAt, featuresOnly }: Load): string {
  const seconds = finishedAt && ((finishedAt.getTime() - startedAt.getTime()) / 1000).toFixed(1);
  return [
    seconds === undefined
      ? state
      : `${state}${state === 'undone' ? '; it took' : ' in'} ${seconds} s`,
    ...(undoneAt ? [`undone ${showLocalTime(undoneAt)}`] : []),
    ...(featuresOnly ? ['features only: its rows are not stored'] : []),
  ].join(', ');
}

function describeLinks({ appliedPlan, appliedBy, mends, mendedBy }: Load): string[] {
  return [
    ...(appliedPlan === undefined ? [] : [`It carried out plan ${appliedPlan}.`]),
    ...(appliedBy === undefined ? [] : [`It was carried out by load ${appliedBy}.`]),
    ...mends.map(({ loadId, rows }) => `It mends ${showCount(rows, 'reject')} of load ${loadId}.`),
    ...mendedBy.map(
      ({ loadId, rows }) => `Load ${loadId} mended ${showCount(rows, 'reject')} of it.`,
    ),
  ];
}

/** As the user's clock shows it; JSON holds it in UTC. */
export function showLocalTime(time: Date): string {
  return time.toLocaleString('sv-SE');
}

/** The first rejects, one a line, and how to see and mend them all. */
export function renderRejects(
  load: Load,
  rejects: readonly RowFinding[],
  steps: NextSteps,
): string {
  const { rejected, warnings } = countTotal(load);
  const others = rejected - rejects.length;
  const files = load.files.filter(({ counts }) => (counts?.rejected ?? 0) > 0);
  return [
    `\n${showCount(rejected, 'row')} rejected:\n`,
    ...rejects.map((reject) => `  ${showFinding(reject)}\n`),
    others === 0 ? '' : `  … and ${others} more\n`,
    `See all:  ${steps.rejects(load.loadId)}${warnings === 0 ? '' : ` (and ${showCount(warnings, 'warning')})`}\n`,
    `Mend:     ${steps.mend(load.loadId, files.length > 1)}\n`,
  ].join('');
}

/** Where to see what a receipt only counts. */
export function renderHint(load: Load, steps = stepsHere): string {
  const { rejected, warnings } = countTotal(load);
  const found = [
    ...(rejected > 0 ? [`${showCount(rejected, 'row')} rejected`] : []),
    ...(warnings > 0 ? [showCount(warnings, 'warning')] : []),
  ];
  return found.length === 0 ? '' : `\n${found.join(', ')}; see: ${steps.rejects(load.loadId)}\n`;
}

export function renderLeftOut(files: LoadOutcome['leftOut']): string {
  return files.map(({ path, reason }) => `${path}: left out; it ${reason}\n`).join('');
}

export function renderAlreadyLoaded(files: LoadOutcome['alreadyLoaded']): string {
  return files
    .map(
      ({ path, loadId }) =>
        `${path}: already loaded by load ${loadId}; nothing changed (--force loads it all the same)\n`,
    )
    .join('');
}

function showFinding({ place, message }: RowFinding): string {
  return showControls(`${place}: ${message}`);
}

export function showCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
