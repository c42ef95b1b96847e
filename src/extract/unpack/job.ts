import type { Budget } from './budget.ts';
import { makeUnsupported } from './faults.ts';

/** The unpacking of one file handed over. */
export interface Job {
  /** For copies; it belongs to Elute alone. */
  makeFolder: () => Promise<string>;
  budget: Budget;
  signal: AbortSignal | undefined;
  /** Written so far. */
  copies: Set<string>;
}

/** The file handed over, or what was unpacked from it. */
export interface Packed {
  /** As a user knows it. */
  path: string;
  location: string;
  isNamed: boolean;
  /** How many times it was unpacked to get here. */
  depth: number;
  isFromZip: boolean;
}

const maxDepth = 3;

/** Throws `format_unsupported` for what is packed more often than anybody has a reason to. */
export function checkDepth(packed: Packed): void {
  if (packed.depth < maxDepth) return;
  const reason = `is packed more than ${maxDepth} times over. Unpack it and load what is in it.`;
  throw makeUnsupported(packed.path, reason);
}
