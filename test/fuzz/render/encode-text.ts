import type { Reading } from '../contract.ts';
import type { Dice } from '../dice.ts';

/** Stands for a byte, or half a pair of code units, that is no text in the encoding of the file. */
export const invalidByte = '\ue000';

/** Encodes a text in any way that Elute reads, with a byte order mark where it could not tell without. */
export function encodeText(
  text: string,
  asked: Reading,
  dice: Dice,
): { bytes: Buffer; reading: Reading } {
  switch (dice.pick(['utf-8', 'utf-8', 'utf-8', 'utf-16', 'windows-1252'])) {
    case 'utf-16':
      return encodeUtf16(text, asked, dice);
    case 'windows-1252':
      return encodeWindows1252(text, asked, dice) ?? encodeUtf8(text, asked, dice);
    default:
      return encodeUtf8(text, asked, dice);
  }
}

/** Never sent, a sequence cut off, a rest of one, and half a pair of UTF-16. */
const invalidBytes: readonly [number[], ...number[][]] = [
  [0xff],
  [0xc3],
  [0xe2, 0x82],
  [0x80],
  [0xed, 0xa0, 0x80],
];

/** Invalid bytes without a mark would be taken for windows-1252. */
function encodeUtf8(text: string, asked: Reading, dice: Dice) {
  const isDoubtful = text.includes(invalidByte);
  const isForced = dice.chance(isDoubtful ? 0.5 : 0.05);
  const hasMark = isForced ? dice.chance(0.5) : isDoubtful || dice.chance(0.15);
  const invalid = Buffer.from(dice.pick(invalidBytes));
  const parts = text.split(invalidByte).map((part) => Buffer.from(part));
  const bytes = parts.flatMap((part, at) => (at === 0 ? [part] : [invalid, part]));
  const mark = Buffer.from(hasMark ? [0xef, 0xbb, 0xbf] : []);
  const reading: Reading = isForced ? { ...asked, encoding: 'utf-8' } : asked;
  return { bytes: Buffer.concat([mark, ...bytes]), reading };
}

function encodeUtf16(text: string, asked: Reading, dice: Dice) {
  const half = dice.pick(['\ud800', '\udc00']);
  const encoding = dice.pick(['utf-16le', 'utf-16be']);
  const isForced = dice.chance(0.1);
  const hasMark = (!isPlain(text) && !isForced) || dice.chance(0.7);
  const marked = `${hasMark ? '\ufeff' : ''}${text.replaceAll(invalidByte, half)}`;
  const bytes = Buffer.from(marked, 'utf16le');
  if (encoding === 'utf-16be') bytes.swap16();
  const reading: Reading = isForced ? { ...asked, encoding } : asked;
  return { bytes, reading };
}

/** Such text is known for UTF-16 by the zeros beside its letters. */
function isPlain(text: string): boolean {
  const head = [...text.slice(0, 130)].map((one) => one.charCodeAt(0));
  return head.every((code) => code > 0 && code < 0x100);
}

const beyondLatin1 = new Map([
  ['€', 0x80],
  ['“', 0x93],
  ['”', 0x94],
]);

/** Undefined where a character is not in it. */
function encodeWindows1252(text: string, asked: Reading, dice: Dice) {
  const codes = [...text].map((one) => beyondLatin1.get(one) ?? one.codePointAt(0) ?? 0);
  const isKnown = codes.every(
    (code) => code < 0x80 || (code >= 0xa0 && code < 0x100) || specials.has(code),
  );
  if (!isKnown) return undefined;
  const isDoubtful = codes.some((code, at) => code >= 0xc2 && (codes[at + 1] ?? 0) >= 0x80);
  const isForced = isDoubtful || dice.chance(0.3);
  const reading: Reading = isForced ? { ...asked, encoding: 'windows-1252' } : asked;
  return { bytes: Buffer.from(codes), reading };
}

const specials = new Set(beyondLatin1.values());
