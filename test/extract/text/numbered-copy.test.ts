import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { maxRecordBytes } from '../../../src/extract/text/records.ts';
import { openDuckdb } from './support/read-with-duckdb.ts';
import { copy, encode, makeDirectory } from './support/text-files.ts';

const files = makeDirectory();
const read = await openDuckdb();

const cases: [what: string, content: string | Buffer, copied: string][] = [
  ['LF', 'a,b\n1,2\n3,4\n', '2,,1,2\n3,,3,4\n'],
  ['every line end', 'a,b\r1,2\r\n3,4\n5,6\r7,8', '2,,1,2\n3,,3,4\n4,,5,6\n5,,7,8\n'],
  ['blank lines', '\n\r\n \t\na,b\n\n1,2\r\r3,4\n\t', '6,,1,2\n8,,3,4\n'],
  ['a CR and a CRLF', 'a,b\r\r\n1,2', '3,,1,2\n'],
  ['quoted line ends', 'a,b\n"1\r\n2\r3\n4",5\n6,7\n', '2,,"1\r\n2\r3\n4",5\n6,,6,7\n'],
  ['a header on two lines', 'a,"\n"\n1,2\n', '3,,1,2\n'],
  ['malformed quotes', 'a,b\n"1"x"\n2,3\n', '2,,"1"x"\n3,,2,3\n'],
  ['a quoted line end in a malformed record', 'a,b\n"1"x,"\n"\n2,3\n', '2,,"1"x,"\n"\n4,,2,3\n'],
  ['UTF-16LE', encode('\ufeffa,b\r\né,😀\r\n', 'utf-16le'), '2,,é,😀\n'],
  ['UTF-16BE', encode('\ufeffa,b\r\né,😀\r\n', 'utf-16be'), '2,,é,😀\n'],
  [
    'NUL',
    'a,b\n1,\0\n2,"\0,\0"\n3,4\n',
    '2,invalid_character,1,␀\n3,invalid_character,2,"␀,␀"\n4,,3,4\n',
  ],
  ['NUL in the header alone', 'a,b\0\n1,2\n', '2,,1,2\n'],
  [
    'a lone surrogate',
    encode('\ufeffa,b\n1,\ud83d\n2,\ufffd\n', 'utf-16le'),
    '2,invalid_encoding,1,\ufffd\n3,,2,\ufffd\n',
  ],
  ['no rows', 'a,b\n', ''],
];

const notUtf8: typeof cases = [
  ['latin-1', Buffer.from('a,b\n1,\xe9\n2,3\n', 'latin1'), '2,invalid_encoding,1,\ufffd\n3,,2,3\n'],
  [
    'an invalid byte before a quote',
    Buffer.from('a,b\n1,"\xc3"\n2,3\n', 'latin1'),
    '2,invalid_encoding,1,"\ufffd"\n3,,2,3\n',
  ],
  ['both', Buffer.from('a,b\n\0,\xe9\n', 'latin1'), '2,invalid_encoding,␀,\ufffd\n'],
  [
    'a mark of another encoding',
    Buffer.from('\xff\xfea,b\n1,\xff\n', 'latin1'),
    '2,invalid_encoding,1,\ufffd\n',
  ],
];

describe('the copy of a file that is read as UTF-8 and is none', () => {
  test.each(notUtf8)('%s', async (_, content, copied) => {
    const path = files.write(content);
    for (const chunkBytes of [1, 2, 3, 5, 1024]) {
      const target = files.next();
      await copy(path, target, { chunkBytes, encoding: 'utf-8' });
      expect(readFileSync(target, 'utf8')).toBe(copied);
    }
  });
});

describe('the copy of a file', () => {
  test.each(cases)('%s', async (_, content, copied) => {
    const path = files.write(content);
    for (const chunkBytes of [1, 2, 3, 5, 1024]) {
      const target = files.next();
      await copy(path, target, { chunkBytes });
      expect(readFileSync(target, 'utf8')).toBe(copied);
    }
  });

  test('carries the delimiter of the file', async () => {
    const target = files.next();
    await copy(files.write('a\tb\n1\t2\n\t\n'), target, { delimiter: '\t' });
    expect(readFileSync(target, 'utf8')).toBe('2\t\t1\t2\n');
  });
});

describe('a record that is too long', () => {
  const wide = `é"\n,;|\t\0${'é'.repeat(200)}`;

  test.each([2 ** 16, 2 ** 20, 2 ** 23])(
    'is cut to an excerpt in chunks of %d',
    async (chunkBytes) => {
      const content = `a,b\n1,2\n"${wide.replace('"', '""')}${'x\n'.repeat(maxRecordBytes / 2)}",2\n3,4\n`;
      const target = files.next();
      expect(await copy(files.write(content), target, { chunkBytes })).toBe(3);
      const lines = readFileSync(target, 'utf8').split('\n');
      expect(lines).toEqual(['2,,1,2', expect.any(String), `${maxRecordBytes / 2 + 5},,3,4`, '']);
      expect(lines[1]).toMatch(/^3,record_too_long, é {7,8}␀é+$/);
      expect(Buffer.byteLength(lines[1] ?? '')).toBeLessThan(230);
    },
  );

  test('is one that becomes too long by replacements', async () => {
    const content = Buffer.concat([Buffer.from('a\n'), Buffer.alloc(maxRecordBytes / 2, 0xff)]);
    const target = files.next();
    await copy(files.write(content), target, { encoding: 'utf-8' });
    expect(readFileSync(target, 'utf8')).toBe(`2,record_too_long,${'\ufffd'.repeat(66)}\n`);
  });

  test('is not the longest that DuckDB takes', async () => {
    const content = `a,b\n\0,${'x'.repeat(maxRecordBytes - 5)}\n1,2\n`;
    const target = files.next();
    await copy(files.write(content), target);
    const reading = await read(target, { delimiter: ',', columns: 4, isCopy: true });
    expect(reading.rows.map((row) => row[0])).toEqual(['2', '3']);
    expect(reading.rejects).toEqual([]);
  });

  test('of blanks is a blank line', async () => {
    const target = files.next();
    expect(await copy(files.write(`a\n${' '.repeat(maxRecordBytes + 1)}\n1\n`), target)).toBe(1);
    expect(readFileSync(target, 'utf8')).toBe('3,,1\n');
  });
});
