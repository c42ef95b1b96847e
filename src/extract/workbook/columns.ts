/** Rows and columns that a sheet can have, in Excel as in LibreOffice. */
export const maxRows = 1_048_576;
export const maxColumns = 16_384;

interface CellPlace {
  /** From 0. */
  column: number;
  /** From 1. */
  line: number;
}

/** Reads `AB12`; undefined when it is no place in a sheet. */
export function parsePlace(reference: string): CellPlace | undefined {
  let at = 0;
  let column = 0;
  for (; isLetter(reference.charCodeAt(at)); at++)
    column = column * 26 + reference.charCodeAt(at) - 0x40;
  const line = parseLine(reference.slice(at));
  if (line === undefined || column === 0 || column > maxColumns) return undefined;
  return { column: column - 1, line };
}

function isLetter(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** A row number from 1; undefined when it is none. */
export function parseLine(text: string): number | undefined {
  const line = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return line >= 1 && line <= maxRows ? line : undefined;
}
