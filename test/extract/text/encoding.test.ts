import { describe, expect, test } from 'vitest';
import type { Encoding } from '../../../src/domain/reading.ts';
import { detectEncoding, makeDecoder } from '../../../src/extract/text/encoding.ts';
import { encode } from './support/text-files.ts';

const header = 'user_id,name,email,signup_date\n1,Ada,a@b.org,2024-01-02\n';

describe('detectEncoding', () => {
  test.each<[string, Buffer, Encoding, number]>([
    ['no mark', Buffer.from(header), 'utf-8', 0],
    ['UTF-8 mark', Buffer.from(`\ufeff${header}`), 'utf-8', 3],
    ['UTF-16LE mark', encode(`\ufeff${header}`, 'utf-16le'), 'utf-16le', 2],
    ['UTF-16BE mark', encode(`\ufeff${header}`, 'utf-16be'), 'utf-16be', 2],
    ['UTF-16LE without mark', encode(header, 'utf-16le'), 'utf-16le', 0],
    ['UTF-16BE without mark', encode(header, 'utf-16be'), 'utf-16be', 0],
    ['UTF-16LE, not all of it ASCII', encode(`${header}2,漢字`, 'utf-16le'), 'utf-16le', 0],
    ['UTF-8 with a NUL', Buffer.from('a,b\0c,d'), 'utf-8', 0],
    ['one byte', Buffer.from('a'), 'utf-8', 0],
    ['nothing', Buffer.alloc(0), 'utf-8', 0],
  ])('%s', (_, head, encoding, bomBytes) => {
    expect(detectEncoding(head)).toEqual({ encoding, bomBytes });
  });

  test.each<[string, Buffer, Encoding, number]>([
    ['its own mark', Buffer.from(`\ufeff${header}`), 'utf-8', 3],
    ['no mark', Buffer.from(header), 'utf-16be', 0],
    ['the mark of UTF-8', Buffer.from(`\ufeff${header}`), 'windows-1252', 0],
    ['the mark of UTF-16LE', encode(`\ufeff${header}`, 'utf-16le'), 'utf-16be', 0],
    ['the NULs of UTF-16LE', encode(header, 'utf-16le'), 'utf-8', 0],
  ])('forced, with %s', (_, head, encoding, bomBytes) => {
    expect(detectEncoding(head, encoding)).toEqual({ encoding, bomBytes });
  });
});

describe('makeDecoder', () => {
  const text = 'aé漢😀"\r\n\ufffd';
  const encodings = ['utf-8', 'utf-16le', 'utf-16be'] as const;

  test.each(encodings)(
    '%s is the same however it is cut, and no chunk ends within a sequence',
    (encoding) => {
      for (let size = 1; size < 30; size++) {
        const chunks = decode(encode(text, encoding), encoding, size);
        expect(chunks.map(String).join('')).toBe(text);
      }
    },
  );

  test.each<[string, Encoding, number[], number[]]>([
    ['a lone high surrogate', 'utf-16le', [0x3d, 0xd8, 0x61, 0x00], [0xff, 0x61]],
    ['a lone low surrogate', 'utf-16be', [0xde, 0x00, 0x00, 0x61], [0xff, 0x61]],
    ['a high surrogate at the end', 'utf-16le', [0x61, 0x00, 0x3d, 0xd8], [0x61, 0xff]],
    ['half a code unit at the end', 'utf-16le', [0x61, 0x00, 0x62], [0x61, 0xff]],
    ['a sequence broken off', 'utf-8', [0x61, 0xe6, 0xbc], [0x61, 0xe6, 0xbc]],
  ])('%s stays invalid', (_, encoding, raw, expected) => {
    for (let size = 1; size < 5; size++) {
      expect([...Buffer.concat(decode(Buffer.from(raw), encoding, size))]).toEqual(expected);
    }
  });
});

function decode(raw: Buffer, encoding: Encoding, size: number): Buffer[] {
  const decoder = makeDecoder(encoding);
  const starts = Array.from({ length: Math.ceil(raw.length / size) }, (_, at) => at * size);
  const chunks = starts.map((at) => decoder(raw.subarray(at, at + size), false));
  return [...chunks, decoder(Buffer.alloc(0), true)];
}
