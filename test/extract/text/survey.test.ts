import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Delimiter } from '../../../src/extract/text/quoting.ts';
import { maxRecordBytes } from '../../../src/extract/text/records.ts';
import { surveyFile } from '../../../src/extract/text/survey.ts';
import { encode, makeDirectory, survey } from './support/text-files.ts';

const files = makeDirectory();

test('says all there is to say about a file', async () => {
  const bytes = Buffer.from('\ufeff id ,"na""me"\r\n1,Ada\r\n');
  expect(await survey(files.write(bytes))).toEqual({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    encoding: 'utf-8',
    delimiter: ',',
    header: [' id ', 'na"me'],
    rowCount: 1,
    isPlain: true,
    hasQuotes: true,
  });
});

const long = 'x'.repeat(maxRecordBytes - 2);

describe('a plain file', () => {
  test.each<[string, string, number]>([
    ['LF', 'a,b\n1,2\n3,4\n', 2],
    ['CRLF', 'a,b\r\n1,2\r\n', 1],
    ['no line end at the end', 'a,b\n1,2', 1],
    ['a header alone', 'a,b', 0],
    ['quotes within one line', 'a,b\n"1,""2""", "3" \n', 1],
    ['malformed quotes', 'a,b\n"1"x,2\n', 1],
    ['ragged rows', 'a,b\n1\n1,2,3\n', 2],
    ['the longest record', `a,b\n1,${long}\n`, 1],
    ['empty fields', 'a,b\n,\n', 1],
  ])('%s', async (_, content, rowCount) => {
    expect(await survey(files.write(content))).toMatchObject({ rowCount, isPlain: true });
  });
});

describe('a file that is not plain', () => {
  test.each<[string, string | Buffer, number]>([
    ['LF and CRLF', 'a,b\n1,2\r\n3,4\n', 2],
    ['CRLF, then LF', 'a,b\r\n1,2\n', 1],
    ['CR', 'a,b\r1,2\r3,4', 2],
    ['a CR at the end', 'a,b\n1,2\r', 1],
    ['CRLF and CR', 'a,b\r\n1,2\r3,4\r\n', 2],
    ['a blank line before the header', '\na,b\n1,2\n', 1],
    ['a blank line between rows', 'a,b\n1,2\n\n3,4\n', 2],
    ['a blank line at the end', 'a,b\n1,2\n\n', 1],
    ['a line of spaces and tabs', 'a,b\n1,2\n \t \n3,4\n', 2],
    ['spaces at the end', 'a,b\n1,2\n  ', 1],
    ['a quoted LF', 'a,b\n"1\n2",3\n', 1],
    ['a quoted CR', 'a,b\n"1\r2",3\n', 1],
    ['a quoted CRLF', 'a,b\r\n"1\r\n2",3\r\n', 1],
    ['a header on two lines', 'a,"b\nc"\n1,2\n', 1],
    ['NUL', 'a,b\n1,\0\n', 1],
    ['invalid UTF-8', Buffer.from('a,b\n1,\xe9\n', 'latin1'), 1],
    ['a sequence broken off at the end', Buffer.from('a,b\n1,\xc3', 'latin1'), 1],
    ['UTF-16LE', encode('\ufeffa,b\n1,2\n', 'utf-16le'), 1],
    ['UTF-16BE without a mark', encode('a,b\n1,2\n', 'utf-16be'), 1],
    ['a record that is too long', `a,b\n1,${long}x\n`, 1],
  ])('%s', async (_, content, rowCount) => {
    expect(await survey(files.write(content))).toMatchObject({ rowCount, isPlain: false });
  });
});

test('every delimiter gets its own reading of the first record, also where their ends differ', async () => {
  const path = files.write('\n \t\r\na;"b\nc";d\n1;2;3\n');
  const seen: [Delimiter, string[]][] = [];
  const surveyed = await surveyFile(
    { path, location: path },
    {
      chooseDelimiter: (headers) => {
        seen.push(...headers);
        return ';';
      },
    },
  );
  expect(seen).toEqual([
    [',', ['a;"b']],
    [';', ['a', 'b\nc', 'd']],
    ['\t', ['a;"b']],
    ['|', ['a;"b']],
  ]);
  expect(surveyed).toMatchObject({ header: ['a', 'b\nc', 'd'], rowCount: 1 });
});

test('what chooseDelimiter throws comes through', async () => {
  const chooseDelimiter = () => {
    throw new Error('no such header');
  };
  await expect(surveyFile(locate(files.write('a,b\n')), { chooseDelimiter })).rejects.toThrow(
    'no such header',
  );
});

test('the increments of onBytes add up to the file', async () => {
  let bytes = 0;
  const path = files.write('a,b\n1,2\n');
  const onBytes = (more: number) => {
    bytes += more;
  };
  await surveyFile(
    { path, location: path },
    { chooseDelimiter: () => ',', onBytes, chunkBytes: 3 },
  );
  expect(bytes).toBe(8);
});

function locate(path: string) {
  return { path, location: path };
}
