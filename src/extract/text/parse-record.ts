import { byteAt, closed, type Delimiter, fieldStart, makeTransitions, quoted } from './quoting.ts';

/** The fields of one record (without its line end) as DuckDB's strict mode reads them; not trimmed. */
export function parseRecord(record: Buffer, delimiter: Delimiter): string[] {
  const transitions = makeTransitions(delimiter);
  const fields: string[] = [];
  let state: number = fieldStart;
  let start = 0;
  for (let at = 0; at < record.length; at++) {
    const next = byteAt(transitions, state * 256 + byteAt(record, at));
    if (next === fieldStart) {
      fields.push(readField(record.subarray(start, at), state));
      start = at + 1;
    }
    state = next <= closed ? next : quoted;
  }
  fields.push(readField(record.subarray(start), state));
  return fields;
}

/** A field whose quotes are malformed or never closed is left as it stands. */
function readField(field: Buffer, state: number): string {
  const text = field.toString('utf8');
  return state === closed ? unquote(text) : text;
}

/** DuckDB drops a quote and keeps what follows it: `""` is a quote, and `x" "y` reads `x y`. */
function unquote(text: string): string {
  const inner = text.slice(text.indexOf('"') + 1, text.lastIndexOf('"'));
  return inner.replace(/"([\s\S]?)/g, '$1');
}
