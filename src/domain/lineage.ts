/** One version of a stored row: its values, and where they came from. */
export interface RowVersion {
  readonly values: Readonly<Record<string, unknown>>;
  readonly loadId: number;
  /** As in `runs.csv:7` or `lab.xlsx, Runs!C7`. */
  readonly place: string;
  /** Of an earlier version: the load that replaced it, or with which it was undone. */
  readonly endedBy?: number;
  readonly isUndone?: boolean;
}

/** A stored row with its past, newest first. */
export interface RowLineage extends RowVersion {
  readonly id: number;
  readonly earlier: readonly RowVersion[];
}
