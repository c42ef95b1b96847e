import type { DatasetName } from './datasets.ts';
import type { Reading } from './reading.ts';

/** How a load was asked for: what is needed to ask for it again. */
export interface LoadRequest {
  /** The folder that relative sources start from. */
  readonly folder: string;
  readonly sources: readonly string[];
  /** What was said on the command line; it goes before what the configuration says of a source. */
  readonly reading: Reading;
  readonly force: boolean;
  readonly featuresOnly: boolean;
  /** Every file must lie in this folder, links followed. */
  readonly root?: string;
}

/** A stored value that a load would replace. */
export interface CellChange {
  readonly dataset: DatasetName;
  readonly id: number;
  readonly column: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Where the new value stands. */
  readonly place: string;
}

/** A stored figure that a load would replace; `userId` is null for one of the whole database. */
export interface FeatureChange {
  readonly userId: number | null;
  readonly feature: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What a load carried out and rolled back would have changed; the lists hold their first entries. */
export interface Effects {
  readonly changedCells: number;
  readonly cells: readonly CellChange[];
  readonly newScientists: number;
  readonly changedFigures: number;
  readonly figures: readonly FeatureChange[];
  /** Says whether another run has the very same effects. */
  readonly digest: string;
  /** The state of the database that the plan was made on. */
  readonly revision: number;
}

export interface Plan extends Effects {
  readonly request: LoadRequest;
}
