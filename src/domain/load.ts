import type { DatasetName } from './datasets.ts';
import type { RowCounts } from './receipt.ts';

/**
 * running → loaded | failed | interrupted. A load whose process vanished is found by the lock it no
 * longer holds and becomes interrupted; nothing of it was published.
 */
export type LoadState = 'running' | 'loaded' | 'failed' | 'interrupted';

/** The stages of a load, in order; what a progress display names. */
export const loadStages = ['survey', 'read', 'check', 'compare', 'compute', 'publish'] as const;
export type LoadStage = (typeof loadStages)[number];

export interface LoadedFile {
  readonly path: string;
  readonly dataset: DatasetName;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly ignoredColumns: readonly string[];
  /** Absent until the load is published. */
  readonly counts?: RowCounts;
}

export interface Load {
  readonly loadId: number;
  readonly state: LoadState;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  readonly error?: { readonly code: string; readonly message: string };
  readonly files: readonly LoadedFile[];
}

/** How far a load has come: `share` of the stage is 0 to 1, absent where it is not known. */
export interface Progress {
  readonly stage: LoadStage;
  readonly share?: number;
}
export type OnProgress = (progress: Progress) => void;
