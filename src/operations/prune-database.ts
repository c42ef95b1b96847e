import type { Database } from '../database/connection.ts';
import {
  type Amount,
  countRows,
  deleteRows,
  type OldRows,
} from '../database/pruning/delete-rows.ts';
import { findOldLoads, markOldLoads, type PrunedPart } from '../database/pruning/old-loads.ts';
import {
  selectEvents,
  selectFindings,
  selectHistory,
  selectTokens,
} from '../database/pruning/old-rows.ts';
import { countPlans, removePlans } from '../database/pruning/plans.ts';
import type { PruneKind, PruneRequest } from '../domain/pruning.ts';

type Manner = Pick<PruneRequest, 'before' | 'isPlan'>;

/** Removes what is old of one kind, or counts it; in short transactions, each of which stands by itself. */
export const databasePruners = {
  history: (database, manner) => pruneLoads(database, manner, ['history_pruned_at', selectHistory]),
  findings: (database, manner) =>
    pruneLoads(database, manner, ['findings_pruned_at', selectFindings]),
  events: (database, manner) => pruneRows(database, manner, selectEvents(manner.before)),
  plans: (database, { before, isPlan }) =>
    isPlan ? countPlans(database, before) : removePlans(database, before),
  tokens: (database, manner) => pruneRows(database, manner, selectTokens(manner.before)),
} as const satisfies Partial<
  Record<PruneKind, (database: Database, manner: Manner) => Promise<Amount>>
>;

async function pruneLoads(
  database: Database,
  manner: Manner,
  [part, select]: [PrunedPart, (loadIds: readonly number[], before: Date) => OldRows[]],
): Promise<Amount> {
  const find = manner.isPlan ? findOldLoads : markOldLoads;
  return pruneRows(
    database,
    manner,
    select(await find(database, part, manner.before), manner.before),
  );
}

async function pruneRows(
  database: Database,
  { isPlan }: Manner,
  rows: readonly OldRows[],
): Promise<Amount> {
  let entries = 0;
  let bytes = 0;
  for (const one of rows) {
    const amount = await (isPlan ? countRows : deleteRows)(database, one);
    entries += amount.entries;
    bytes += amount.bytes;
  }
  return { entries, bytes };
}
