import type { Delimiter } from '../../../../src/extract/text/quoting.ts';

export interface Field {
  text: string;
  /** What DuckDB reads; null for an empty field without quotes. */
  value: string | null;
  isMalformed: boolean;
}

export interface Line {
  fields: Field[];
  lineEnd: string;
}

export interface GeneratedText {
  delimiter: Delimiter;
  columns: number;
  text: string;
  header: string[];
  /** As they must appear in the numbered copy. */
  rows: { line: number; fault: string; values: (string | null)[]; isGood: boolean }[];
  isPlain: boolean;
}

interface Piece {
  line: number;
  text: string;
  lineEnd: string;
  fields: Field[];
}

export function describeLines(
  delimiter: Delimiter,
  columns: number,
  lines: Line[],
  hasLastLineEnd: boolean,
): GeneratedText {
  const pieces = joinLines(delimiter, lines, hasLastLineEnd);
  const records = pieces.filter(({ text }) => !/^[ \t]*$/.test(text));
  const [header, ...rows] = records;
  const ends = new Set(pieces.map(({ lineEnd }) => lineEnd).filter((end) => end !== ''));
  const text = pieces.map((piece) => piece.text + piece.lineEnd).join('');
  return {
    delimiter,
    columns,
    text,
    header: (header?.fields ?? []).map((field) => field.value ?? ''),
    rows: rows.map((row) => describeRow(row, columns)),
    isPlain:
      records.length === pieces.length &&
      !text.includes('\0') &&
      records.every((record) => countLineEnds(record.text) === 0) &&
      (ends.size === 0 || (ends.size === 1 && !ends.has('\r'))),
  };
}

function joinLines(delimiter: Delimiter, lines: Line[], hasLastLineEnd: boolean): Piece[] {
  const pieces: Piece[] = [];
  let soFar = '';
  for (const [at, { fields, lineEnd }] of lines.entries()) {
    const text = fields.map((field) => field.text).join(delimiter);
    const isCut = at === lines.length - 1 && !hasLastLineEnd;
    if (isCut && text === '') continue;
    // A CR before a LF of its own would make one line end of two.
    const isMerging = soFar.endsWith('\r') && text === '' && lineEnd === '\n';
    const piece = { text, fields, lineEnd: isMerging ? '\r' : lineEnd };
    pieces.push({ ...piece, lineEnd: isCut ? '' : piece.lineEnd, line: countLineEnds(soFar) + 1 });
    soFar += text + piece.lineEnd;
  }
  return pieces;
}

/** DuckDB takes a row with too many fields all the same if the surplus ones are empty. */
function describeRow(row: Piece, columns: number): GeneratedText['rows'][number] {
  const values = row.fields.map(({ value }) => value?.replaceAll('\0', '␀') ?? null);
  const hasFit = values.length >= columns && row.fields.slice(columns).every(({ text }) => !text);
  return {
    line: row.line,
    fault: row.text.includes('\0') ? 'invalid_character' : '',
    values: values.slice(0, columns),
    isGood: hasFit && row.fields.every((field) => !field.isMalformed),
  };
}

function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
