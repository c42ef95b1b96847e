/** One sheet that holds cells, with its rows in a copy. */
export interface SheetTable {
  readonly sheet: string;
  /** The first row that is not blank: untrimmed, from column A to the last column with a header. */
  readonly header: readonly string[];
  /** Row number in the sheet, from 1. */
  readonly headerLine: number;
  /** Rows below the header that hold text in its columns. */
  readonly rowCount: number;
  /** Letters of columns beyond the header that hold cells, 20 at most; those cells are left out. */
  readonly surplusColumns: readonly string[];
  /** Path of `LINE,FAULT,"c1","c2",…`: UTF-8 without NUL, LF, no header, as many cells as the header has. */
  readonly copy: string;
}
