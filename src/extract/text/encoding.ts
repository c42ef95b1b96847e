import type { Encoding } from '../../domain/reading.ts';
import { convertWindows1252 } from './windows-1252.ts';

/** Bytes that detectEncoding wants to see, if the file has as many. */
export const encodingHeadBytes = 256;

/**
 * By the byte order mark, else by the NULs that ASCII text (as in any header) leaves in UTF-16. The mark
 * of another encoding than the one that is forced is text. windows-1252 is never detected here.
 */
export function detectEncoding(
  head: Buffer,
  forced?: Encoding,
): { encoding: Encoding; bomBytes: number } {
  const marked = marks.find(({ mark }) => startsWith(head, mark));
  const encoding = forced ?? marked?.encoding ?? detectByNuls(head);
  return { encoding, bomBytes: marked?.encoding === encoding ? marked.mark.length : 0 };
}

const marks: { encoding: Encoding; mark: number[] }[] = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
];

function startsWith(head: Buffer, mark: number[]): boolean {
  return mark.every((byte, at) => head[at] === byte);
}

function detectByNuls(head: Buffer): Encoding {
  const pairs = Math.floor(head.length / 2);
  const even = countNuls(head.subarray(0, pairs * 2), 0);
  const odd = countNuls(head.subarray(0, pairs * 2), 1);
  if (pairs < 2) return 'utf-8';
  // Characters such as U+4E00 have a NUL on the other side.
  if (odd > pairs / 2 && even < odd / 10) return 'utf-16le';
  return even > pairs / 2 && odd < even / 10 ? 'utf-16be' : 'utf-8';
}

function countNuls(bytes: Buffer, parity: 0 | 1): number {
  return bytes.filter((byte, at) => byte === 0 && at % 2 === parity).length;
}

/** Turns raw bytes into UTF-8 chunks that do not cut a sequence. What is invalid stays, or becomes, invalid UTF-8. */
export type Decode = (raw: Buffer, isLast: boolean) => Buffer;

export function makeDecoder(encoding: Encoding): Decode {
  const { convert, measureRest } = makeConversion(encoding);
  let rest = Buffer.alloc(0);
  return (raw, isLast) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, raw]) : raw;
    const cut = bytes.length - (isLast ? 0 : measureRest(bytes));
    rest = Buffer.from(bytes.subarray(cut));
    return convert(bytes.subarray(0, cut));
  };
}

interface Conversion {
  convert: (bytes: Buffer) => Buffer;
  /** How many bytes at the end have to wait for more. */
  measureRest: (bytes: Buffer) => number;
}

function makeConversion(encoding: Encoding): Conversion {
  if (encoding === 'utf-8') return { convert: (bytes) => bytes, measureRest: measureUtf8Rest };
  if (encoding === 'windows-1252') return { convert: convertWindows1252, measureRest: () => 0 };
  return { convert: makeUtf16Converter(encoding), measureRest: makeUtf16Measure(encoding) };
}

/** Bytes at the end that begin a sequence and do not finish it. */
function measureUtf8Rest(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return measureUtf8Sequence(byte) > back ? back : 0;
  }
  return 0;
}

function measureUtf8Sequence(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

function makeUtf16Measure(encoding: Encoding): (bytes: Buffer) => number {
  return (bytes) => {
    const odd = bytes.length % 2;
    const high = bytes[bytes.length - odd - (encoding === 'utf-16le' ? 1 : 2)] ?? 0;
    return high >= 0xd8 && high <= 0xdb ? odd + 2 : odd;
  };
}

/** Never occurs in UTF-8, so that a faulty code unit is still seen as a fault after the conversion. */
const invalidByte = Buffer.of(0xff);

function makeUtf16Converter(encoding: Encoding): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 2));
    const little = encoding === 'utf-16le' ? whole : Buffer.from(whole).swap16();
    const text = encodeUtf8(little.toString('utf16le'));
    return whole.length === bytes.length ? text : Buffer.concat([text, invalidByte]);
  };
}

function encodeUtf8(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (!bytes.includes('\ufffd')) return bytes;
  const parts = text.split(/\p{Surrogate}/u).map((part) => Buffer.from(part, 'utf8'));
  return Buffer.concat(parts.flatMap((part, at) => (at === 0 ? [part] : [invalidByte, part])));
}
