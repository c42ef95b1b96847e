import { isAscii, isUtf8 } from 'node:buffer';
import { byteAt } from './quoting.ts';

/** What speaks for and against a text being UTF-8; both may. */
export interface Utf8Evidence {
  /** Bytes that UTF-8 does not have. */
  hasInvalid: boolean;
  /** A valid sequence of several bytes, which other encodings hardly ever hold. */
  hasSequence: boolean;
}

/** Takes up a chunk that does not cut a sequence. */
export function addEvidence(evidence: Utf8Evidence, text: Buffer): void {
  if ((evidence.hasInvalid && evidence.hasSequence) || isAscii(text)) return;
  const isValid = isUtf8(text);
  evidence.hasInvalid ||= !isValid;
  evidence.hasSequence ||= isValid || holdsSequence(text);
}

function holdsSequence(text: Buffer): boolean {
  for (let at = 0; at + 1 < text.length; at++) {
    if (byteAt(text, at) < 0xc2 || !isContinuation(byteAt(text, at + 1))) continue;
    if ([2, 3, 4].some((length) => isUtf8(text.subarray(at, at + length)))) return true;
  }
  return false;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}
