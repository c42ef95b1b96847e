import { EluteError } from '../errors.ts';

/** Raised when a program of before could not read an archive any more. */
export const archiveVersion = 1;

/**
 * An archive is one gzip stream of frames: a letter, the length of what follows in four bytes, and that. Frames of
 * kind `data` hold rows as COPY writes them as text, all others JSON.
 */
export const frameKinds = { header: 'H', table: 'T', data: 'D', tableEnd: 'E', end: 'Z' } as const;
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

export interface Frame {
  readonly kind: FrameKind;
  readonly payload: Buffer;
}

export const frameHeadBytes = 5;
/** A frame that says it is longer is none. */
export const mostFrameBytes = 16 * 2 ** 20;

/** The first frame. */
export interface ArchiveHeader {
  readonly format: 'elute-backup';
  readonly archiveVersion: number;
  readonly program: string;
  readonly schemaVersion: number;
  readonly takenAt: string;
  readonly server: string;
  readonly tables: number;
  readonly sequences: readonly SequenceState[];
}

/** How far the numbers of a column have come. */
export interface SequenceState {
  readonly table: string;
  readonly column: string;
  readonly lastValue: number;
  readonly isCalled: boolean;
}

/** Before the rows of a table; these come in this order of columns. */
export interface TableHeader {
  readonly table: string;
  readonly columns: readonly string[];
  /** As the planner has it. */
  readonly estimatedRows: number;
}

/** After them. */
export interface TableEnd {
  readonly rows: number;
}

/** The last frame: a hash of all frames before it. */
export interface ArchiveEnd {
  readonly rows: number;
  readonly sha256: string;
}

export function makeDamaged(path: string, what: string, cause?: unknown): EluteError {
  return new EluteError(
    'backup_damaged',
    `${path} is no whole backup of Elute: it ${what}. Nothing was restored. Take another backup.`,
    { cause },
  );
}
