/** What can be removed once it is old, in the order in which it goes: plans let go of their uploads. */
export const pruneKinds = [
  'history',
  'findings',
  'events',
  'plans',
  'tokens',
  'jobs',
  'uploads',
] as const;
export type PruneKind = (typeof pruneKinds)[number];

/** What went of one kind, or would go. */
export interface Pruned {
  readonly kind: PruneKind;
  /** Rows, and for uploads folders. */
  readonly entries: number;
  /** As they are stored, before PostgreSQL's own overhead. */
  readonly bytes: number;
  /** What stays although it is old, and why. */
  readonly note?: string;
}

export interface PruneRequest {
  readonly kinds: readonly PruneKind[];
  /** What ended before this may go. */
  readonly before: Date;
  /** Only counts. */
  readonly isPlan: boolean;
}
