import type { DatasetName } from './datasets.ts';
import type { Format, Source } from './places.ts';
import type { Encoding, Reading } from './reading.ts';
import type { RowCounts } from './receipt.ts';

/**
 * running → loaded | failed | interrupted | planned; loaded → undone. A load whose process vanished is
 * found by the lock it no longer holds and becomes interrupted; nothing of it was published.
 */
export type LoadState = 'running' | 'loaded' | 'failed' | 'interrupted' | 'planned' | 'undone';

/** The stages of a load, in order; what a progress display names. */
export const loadStages = ['survey', 'read', 'check', 'compare', 'compute', 'publish'] as const;
export type LoadStage = (typeof loadStages)[number];

export interface LoadedFile extends Source {
  readonly dataset: DatasetName;
  readonly format: Format;
  /** Of text alone. */
  readonly encoding?: Encoding;
  readonly reading: Reading;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly ignoredColumns: readonly string[];
  /** Absent until the load is published or planned. */
  readonly counts?: RowCounts;
}

/** Rows that one load brought to mend rejects of another. */
export interface Mend {
  readonly loadId: number;
  readonly rows: number;
}

export interface Load {
  readonly loadId: number;
  readonly state: LoadState;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  readonly undoneAt?: Date;
  /** Its features were stored, its rows were not. */
  readonly featuresOnly: boolean;
  /** The plan that this load carried out. */
  readonly appliedPlan?: number;
  /** The load that carried this plan out. */
  readonly appliedBy?: number;
  /** The loads whose rejects it mended, and those that mended rejects of its own. */
  readonly mends: readonly Mend[];
  readonly mendedBy: readonly Mend[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly files: readonly LoadedFile[];
}

/** How far a load has come: `share` of the stage is 0 to 1, absent where it is not known. */
export interface Progress {
  readonly stage: LoadStage;
  readonly share?: number;
}
export type OnProgress = (progress: Progress) => void;
