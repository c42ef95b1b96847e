import { type Delimiter, fieldStart, makeTransitions } from './quoting.ts';

/** How far the division of a text into records has come, and what was met on the way. */
export interface RecordScan {
  transitions: Uint8Array;
  state: number;
  /** Physical lines: of the next byte, of the record under way, of its last opening quote. */
  line: number;
  recordLine: number;
  quoteLine: number;
  /** What earlier chunks held of the record under way. */
  recordBytes: number;
  hasContent: boolean;
  /** The last byte was a CR: a LF coming next belongs to it. */
  isAfterCr: boolean;
  /** Line ends outside quotes; a CRLF counts as CR and as CRLF. */
  crs: number;
  lfs: number;
  crlfs: number;
  /** Records that are not blank; the next two are among them. */
  records: number;
  spanningRecords: number;
  longRecords: number;
  blankRecords: number;
}

export function startScan(delimiter: Delimiter): RecordScan {
  return {
    transitions: makeTransitions(delimiter),
    state: fieldStart,
    line: 1,
    recordLine: 1,
    quoteLine: 1,
    recordBytes: 0,
    hasContent: false,
    isAfterCr: false,
    crs: 0,
    lfs: 0,
    crlfs: 0,
    records: 0,
    spanningRecords: 0,
    longRecords: 0,
    blankRecords: 0,
  };
}
