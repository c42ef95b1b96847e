import type { DatasetName } from '../contract.ts';
import type { Value } from './read-cell.ts';

/** A version of a row: what it holds, and where that came from. Versions are told apart by identity. */
export interface Version {
  readonly id: number;
  readonly values: Readonly<Record<string, Value>>;
  readonly path: string;
  readonly sheet: string | null;
  readonly line: number;
}

export type State = Readonly<Record<DatasetName, ReadonlyMap<number, Version>>>;

export const emptyState: State = { users: new Map(), compounds: new Map(), experiments: new Map() };

/** One row that a load brought, and what it replaced. */
export interface Change {
  readonly dataset: DatasetName;
  readonly before: Version | undefined;
  readonly after: Version;
}

/** The state with some changes made. */
export function applyChanges(state: State, changes: readonly Change[]): State {
  const next = copyState(state);
  for (const { dataset, after } of changes) next[dataset].set(after.id, after);
  return next;
}

/** The state before the changes, or undefined where later ones stand on them. */
export function revertChanges(state: State, changes: readonly Change[]): State | undefined {
  const isLast = changes.every(({ dataset, after }) => state[dataset].get(after.id) === after);
  if (!isLast) return undefined;
  const next = copyState(state);
  for (const { dataset, before, after } of changes) {
    if (before === undefined) next[dataset].delete(after.id);
    else next[dataset].set(before.id, before);
  }
  const experiments = [...next.experiments.values()];
  return experiments.every((one) => hasReferences(next, one)) ? next : undefined;
}

function copyState(state: State) {
  return {
    users: new Map(state.users),
    compounds: new Map(state.compounds),
    experiments: new Map(state.experiments),
  };
}

function hasReferences(state: State, { values }: Version): boolean {
  const compounds = values['experiment_compound_ids'];
  return (
    state.users.has(Number(values['user_id'])) &&
    Array.isArray(compounds) &&
    compounds.every((id: number) => state.compounds.has(id))
  );
}
