/** What a formula is taken for that its program has not computed yet. */
export const uncomputed = '#N/A';

/** Errors as old workbooks number them. */
export const errorTexts: ReadonlyMap<number, string> = new Map([
  [0x00, '#NULL!'],
  [0x07, '#DIV/0!'],
  [0x0f, '#VALUE!'],
  [0x17, '#REF!'],
  [0x1d, '#NAME?'],
  [0x24, '#NUM!'],
  [0x2a, uncomputed],
]);
