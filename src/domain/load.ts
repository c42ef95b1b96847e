import type { DatasetName } from './datasets.ts';
import type { Format, Source } from './places.ts';
import type { Encoding, Reading } from './reading.ts';
import type { RowCounts } from './receipt.ts';

/**
 * queued → running → loaded | failed | interrupted | planned; loaded → undone. Only a service queues
 * loads. A load whose process vanished is found by the lock it no longer holds: one of the command line
 * becomes interrupted, one of a service is taken up again. Nothing of it was published.
 */
export const loadStates = [
  'queued',
  'running',
  'loaded',
  'failed',
  'interrupted',
  'planned',
  'undone',
] as const;
export type LoadState = (typeof loadStates)[number];

/** The stages of a load, in order; what a progress display names. */
export const loadStages = [
  'fetch',
  'survey',
  'read',
  'check',
  'compare',
  'compute',
  'publish',
] as const;
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
  /** Of a load that waits for a worker, since when it waits. */
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
  readonly error?: LoadError;
  readonly files: readonly LoadedFile[];
  /** Of a service alone: the token that asked for it, and the id of the request. */
  readonly requestedBy?: string;
  readonly requestId?: string;
  readonly isCancelRequested: boolean;
  readonly leftAlone?: LeftAlone;
  readonly undoRequestedAt?: Date;
  readonly undoError?: LoadError;
  /** When what it replaced was pruned: it cannot be undone. */
  readonly historyPrunedAt?: Date;
  /** When its rejects and warnings were pruned; those for missing users and compounds may be left. */
  readonly findingsPrunedAt?: Date;
}

export interface LoadError {
  readonly code: string;
  readonly message: string;
}

/** Files of a load that it left alone. */
export interface LeftAlone {
  readonly alreadyLoaded: readonly { readonly path: string; readonly loadId: number }[];
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

/** How far a load has come: `share` of the stage is 0 to 1, absent where it is not known. */
export interface Progress {
  readonly stage: LoadStage;
  readonly share?: number;
  /** All bytes of the files, and those looked at. */
  readonly bytes?: { readonly done: number; readonly total: number };
  /** Rows read so far. */
  readonly rows?: number;
}
export type OnProgress = (progress: Progress) => void;
