import type { DatasetName, PlacedTable } from '../contract.ts';
import type { Prediction } from './predict-load.ts';
import type { Change, State } from './state.ts';

/** A load that was published, as the history knows it. */
export interface PublishedLoad {
  readonly loadId: number;
  readonly tables: readonly PublishedTable[];
  readonly changes: readonly Change[];
  isUndone: boolean;
  /** Some load was undone after this one was published. */
  isBeforeUndo: boolean;
}

interface PublishedTable {
  readonly key: string;
  readonly unchanged: number;
  readonly missed: readonly Missed[];
}

interface Missed {
  readonly dataset: 'users' | 'compounds';
  readonly id: number;
}

export function recordLoad(
  loadId: number,
  tables: readonly PlacedTable[],
  { tables: outcomes, changes }: Prediction,
): PublishedLoad {
  const missed = tables.map((_, at) =>
    (outcomes[at]?.rejects ?? []).flatMap(({ code, value }) => listMissed(code, value)),
  );
  // What doubles a row of another file shares its fate.
  const published = tables.map((table, at) => ({
    key: contentKey(table),
    unchanged: outcomes[at]?.counts.unchanged ?? 0,
    missed: outcomes[at]?.counts.duplicate ? missed.flat() : (missed[at] ?? []),
  }));
  return { loadId, tables: published, changes, isUndone: false, isBeforeUndo: false };
}

function listMissed(code: string, value: string | null): readonly Missed[] {
  if (code !== 'unknown_user' && code !== 'unknown_compound') return [];
  const dataset = code === 'unknown_user' ? 'users' : 'compounds';
  return (value ?? '').split(', ').map((id) => ({ dataset, id: Number(id) }));
}

/** The same bytes, as the same dataset, read in the same way. */
function contentKey({ content, dataset, sheet, reading }: PlacedTable): string {
  return JSON.stringify([content, dataset, sheet, Object.entries(reading).sort()]);
}

export interface Sorted {
  readonly fresh: readonly PlacedTable[];
  readonly known: readonly { readonly table: PlacedTable; readonly loadId: number }[];
}

/**
 * Tells tables that were loaded before from those to load. One that missed rows is loaded again when these
 * are there by now, or may come with the others.
 */
export function sortOut(
  tables: readonly PlacedTable[],
  history: readonly PublishedLoad[],
  state: State,
): Sorted {
  const candidates = tables.map((table) => ({ table, earlier: findEarlier(table, history) }));
  const isNew = ({ earlier }: (typeof candidates)[number]) =>
    earlier?.missed.some(({ dataset, id }) => state[dataset].has(id)) ?? true;
  const brought: DatasetName[] = candidates.filter(isNew).map(({ table }) => table.dataset);
  const isFresh = (candidate: (typeof candidates)[number]) =>
    isNew(candidate) || candidate.earlier?.missed.some(({ dataset }) => brought.includes(dataset));
  return {
    fresh: candidates.filter(isFresh).map(({ table }) => table),
    known: candidates
      .filter((candidate) => !isFresh(candidate))
      .map(({ table, earlier }) => ({ table, loadId: earlier?.loadId ?? 0 })),
  };
}

function findEarlier(table: PlacedTable, history: readonly PublishedLoad[]) {
  const key = contentKey(table);
  const found = history
    .filter(({ isUndone }) => !isUndone)
    .flatMap((load) => load.tables.map((one) => ({ ...one, ...load })))
    .filter((one) => one.key === key && (one.unchanged === 0 || !one.isBeforeUndo));
  return found.at(-1);
}
