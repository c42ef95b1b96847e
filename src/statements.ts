import { readFileSync } from 'node:fs';

/** Reads a statement from `sql/`, which lies beside both src and dist. */
export function readStatement(name: string): string {
  return readFileSync(new URL(`../sql/${name}`, import.meta.url), 'utf8');
}
