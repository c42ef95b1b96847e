/**
 * What became of the rows of a file; read is the sum of these. Computed are the rows of a features-only
 * load that features were computed from: they are not stored.
 */
export const rowOutcomes = [
  'inserted',
  'updated',
  'unchanged',
  'computed',
  'duplicate',
  'rejected',
] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

export type RowCounts = Readonly<Record<RowOutcome | 'read' | 'warnings', number>>;

/** Whether every row that was read has exactly one outcome. */
export function isBalanced(counts: RowCounts): boolean {
  return counts.read === rowOutcomes.reduce((sum, outcome) => sum + counts[outcome], 0);
}

/** Adds up the receipts of several files. */
export function sumCounts(all: readonly RowCounts[]): RowCounts {
  const total = (key: keyof RowCounts) => all.reduce((sum, counts) => sum + counts[key], 0);
  return {
    read: total('read'),
    inserted: total('inserted'),
    updated: total('updated'),
    unchanged: total('unchanged'),
    computed: total('computed'),
    duplicate: total('duplicate'),
    rejected: total('rejected'),
    warnings: total('warnings'),
  };
}
