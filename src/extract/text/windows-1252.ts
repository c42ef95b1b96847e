import { isAscii } from 'node:buffer';
import { byteAt } from './quoting.ts';

/** 0x80 to 0x9f by the WHATWG's table: the five bytes it leaves undefined are control characters. */
const specials = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** UTF-8 of a byte from 0x80 on, at `(byte - 0x80) * 4`: its length, then its bytes. */
const sequences = Uint8Array.from({ length: 128 }, (_, at) => at).reduce(
  (table, at) => {
    const utf8 = Buffer.from(specials[at] ?? String.fromCharCode(0x80 + at), 'utf8');
    table.set([utf8.length, ...utf8], at * 4);
    return table;
  },
  new Uint8Array(128 * 4),
);

/**
 * Windows-1252, of which the printable characters of Latin-1 are a part, as UTF-8. By a table, since
 * Node 20's TextDecoder is wrong about it unless it is told to stream.
 */
export function convertWindows1252(bytes: Buffer): Buffer {
  if (isAscii(bytes)) return bytes;
  const text = Buffer.allocUnsafe(bytes.length * 3);
  let used = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = byteAt(bytes, at);
    if (byte < 0x80) text[used++] = byte;
    else used = putSequence(text, used, (byte - 0x80) * 4);
  }
  return text.subarray(0, used);
}

function putSequence(text: Buffer, used: number, entry: number): number {
  const length = byteAt(sequences, entry);
  for (let at = 0; at < length; at++) text[used + at] = byteAt(sequences, entry + 1 + at);
  return used + length;
}
