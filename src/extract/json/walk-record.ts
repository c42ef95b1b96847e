import { byteAt } from '../text/quoting.ts';
import {
  closeBrace,
  closing,
  comma,
  inEscape,
  inString,
  opening,
  outside,
  stringLineEnd,
  transitions,
} from './json-bytes.ts';
import { countLineEnd, type Fresh, type RecordSplit } from './record-split.ts';

/**
 * Goes on to the end of the record under way, undefined when it is not at hand: in an array the comma
 * or bracket after the record, else the place after the bracket that closes it. Brackets are counted,
 * not matched; a record that this misjudges is no valid JSON.
 */
export function walkRecord(split: RecordSplit, fresh: Fresh, from: number): number | undefined {
  const { bytes } = fresh;
  // A surplus brace in an array leaves its record bad and the next one whole.
  const [passed, ending] = split.mode === 'array' ? [closeBrace, 0] : [comma, 1];
  let { state, depth } = split;
  for (let at = from; at < bytes.length; at++) {
    const next = byteAt(transitions, state * 256 + byteAt(bytes, at));
    if (next <= inEscape) state = next;
    else if (next === opening) depth++;
    else if (next < opening) state = passLineEnd(split, fresh, at, next);
    else if (depth === 0 && byteAt(bytes, at) !== passed) return at + ending;
    else if (depth > 0 && next === closing) depth--;
  }
  split.state = state;
  split.depth = depth;
  return undefined;
}

function passLineEnd(split: RecordSplit, fresh: Fresh, at: number, kind: number): number {
  countLineEnd(split, fresh, at);
  if (kind !== stringLineEnd) return outside;
  split.isBroken = true;
  return inString;
}
