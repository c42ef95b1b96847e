import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Encoding } from '../../../src/domain/reading.ts';
import { writeNumberedCopy } from '../../../src/extract/text/numbered-copy.ts';
import { type Survey, surveyFile } from '../../../src/extract/text/survey.ts';
import { convertWindows1252 } from '../../../src/extract/text/windows-1252.ts';
import { makeDirectory } from './support/text-files.ts';

const files = makeDirectory();

/** In a stream, Node's own decoder is right. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder('windows-1252').decode(bytes, { stream: true });
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

async function read(
  content: Buffer,
  options: { chunkBytes?: number; encoding?: Encoding } = {},
): Promise<Survey & { copied: string }> {
  const path = files.write(content);
  const survey = await surveyFile(
    { path, location: path },
    { ...options, chooseDelimiter: () => ',' },
  );
  const target = files.next();
  await writeNumberedCopy(path, survey, target, { chunkBytes: options.chunkBytes });
  return { ...survey, copied: readFileSync(target, 'utf8') };
}

test('every byte is what the WHATWG says', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  expect(convertWindows1252(bytes).toString('utf8')).toBe(decode(bytes));
  expect(decode(bytes)).toContain('€\u0081‚');
});

test('ASCII is handed on as it is', () => {
  const bytes = latin1('a,b\n1,2\n');
  expect(convertWindows1252(bytes)).toBe(bytes);
});

describe('a file without a mark and without any sequence of UTF-8', () => {
  test.each<[what: string, content: Buffer, header: string[], copied: string]>([
    ['in a row', latin1('a,b\n1,M\xfcller\n'), ['a', 'b'], '2,,1,Müller\n'],
    ['in the header', latin1('a,Stra\xdfe\r\n1,2\r\n'), ['a', 'Straße'], '2,,1,2\n'],
    ['in quotes', latin1('a,b\n"\xe4,""\xf6""\n",2\n'), ['a', 'b'], '2,,"ä,""ö""\n",2\n'],
    ['before a quote', latin1('a,b\n1,"\xc3"\n2,3\n'), ['a', 'b'], '2,,1,"Ã"\n3,,2,3\n'],
    ['at the end', latin1('a,b\n1,\xc3'), ['a', 'b'], '2,,1,Ã\n'],
    ['0x80 to 0x9f', latin1('a,b\n1,\x80\x81\x9f\n'), ['a', 'b'], '2,,1,€\u0081Ÿ\n'],
    ['with NUL', latin1('a,b\n\0,\xe9\n3,4\n'), ['a', 'b'], '2,invalid_character,␀,é\n3,,3,4\n'],
    ['with a CR', latin1('\xe4,b\r1,\xe4\r'), ['ä', 'b'], '2,,1,ä\n'],
  ])('%s', async (_, content, header, copied) => {
    for (const chunkBytes of [1, 2, 3, 5, 1024]) {
      expect(await read(content, { chunkBytes })).toMatchObject({
        encoding: 'windows-1252',
        header,
        copied,
        isPlain: false,
        sizeBytes: content.length,
      });
    }
  });
});

describe('a file stays UTF-8', () => {
  test.each<[what: string, content: Buffer, copied: string]>([
    [
      'with two bytes',
      latin1('a,b\n1,\xc3\xa9\n2,\xe9\n'),
      '2,,1,é\n3,invalid_encoding,2,\ufffd\n',
    ],
    [
      'with three',
      latin1('a,b\n1,\xe9\n2,\xe6\xbc\xa2\n'),
      '2,invalid_encoding,1,\ufffd\n3,,2,漢\n',
    ],
    [
      'with four',
      latin1('a,b\n1,\xff\n2,\xf0\x9f\x98\x80\n'),
      '2,invalid_encoding,1,\ufffd\n3,,2,😀\n',
    ],
    ['with a mark', latin1('\xef\xbb\xbfa,b\n1,\xe9\n'), '2,invalid_encoding,1,\ufffd\n'],
    ['without any such byte', latin1('a,b\n1,2\n'), '2,,1,2\n'],
  ])('%s', async (_, content, copied) => {
    for (const chunkBytes of [1, 2, 3, 5, 1024]) {
      expect(await read(content, { chunkBytes })).toMatchObject({ encoding: 'utf-8', copied });
    }
  });
});

describe('a forced encoding', () => {
  test.each<[what: string, encoding: Encoding, content: Buffer, header: string[], copied: string]>([
    [
      'UTF-8 on Latin-1',
      'utf-8',
      latin1('a,b\n1,\xe9\n2,3\n'),
      ['a', 'b'],
      '2,invalid_encoding,1,\ufffd\n3,,2,3\n',
    ],
    ['windows-1252 on UTF-8', 'windows-1252', Buffer.from('a,b\n1,é\n'), ['a', 'b'], '2,,1,Ã©\n'],
    ['windows-1252 on ASCII', 'windows-1252', latin1('a,b\n1,2\n'), ['a', 'b'], '2,,1,2\n'],
    ['windows-1252 on a mark', 'windows-1252', Buffer.from('\ufeffa,b\n'), ['ï»¿a', 'b'], ''],
    [
      'UTF-16LE without a mark',
      'utf-16le',
      Buffer.from('漢,b\n1,2\n', 'utf16le'),
      ['漢', 'b'],
      '2,,1,2\n',
    ],
    ['UTF-8 with its mark', 'utf-8', Buffer.from('\ufeffa,b\n1,2\n'), ['a', 'b'], '2,,1,2\n'],
  ])('%s', async (_, encoding, content, header, copied) => {
    expect(await read(content, { encoding })).toMatchObject({ encoding, header, copied });
  });
});

test('the second pass is no progress', async () => {
  let bytes = 0;
  const onBytes = (more: number) => {
    bytes += more;
  };
  const path = files.write(latin1('a,b\n1,\xe9\n'));
  await surveyFile({ path, location: path }, { chooseDelimiter: () => ',', onBytes });
  expect(bytes).toBe(8);
});

test('random text is read as written, or has a sequence of UTF-8 in it', async () => {
  const bytes = fc.oneof(
    fc.constantFrom(0x61, 0x2c, 0x20, 0x80, 0xc3, 0xe9, 0xff),
    fc.integer({ min: 0x80, max: 0xff }),
  );
  const cell = fc.array(bytes, { maxLength: 8 });
  const rows = fc.array(cell, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (cells, chunkBytes) => {
      const lines = cells.map((cell) => [0x31, 0x2c, ...cell]);
      const content = Buffer.from([...latin1('a\n\xe9 \n'), ...lines.flatMap((l) => [...l, 0x0a])]);
      const { encoding, copied } = await read(content, { chunkBytes });
      const hasSequence = /[^\0-\x7f\ufffd]/.test(content.toString('utf8'));
      expect(encoding).toBe(hasSequence ? 'utf-8' : 'windows-1252');
      const expected = lines.map((line, at) => `${at + 3},,${decode(Buffer.from(line))}\n`);
      if (!hasSequence) expect(copied).toBe(['2,,é \n', ...expected].join(''));
    }),
    { numRuns: 300 },
  );
});
