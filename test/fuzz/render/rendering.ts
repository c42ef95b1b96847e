import type { CarriedRow, Reading } from '../contract.ts';

/** The bytes of one table, and its rows as they stand there. */
export interface Rendering {
  readonly bytes: Buffer;
  readonly rows: readonly CarriedRow[];
  readonly reading: Reading;
}
