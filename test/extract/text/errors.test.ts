import {
  appendFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EluteError } from '../../../src/errors.ts';
import { writeNumberedCopy } from '../../../src/extract/text/numbered-copy.ts';
import { maxRecordBytes } from '../../../src/extract/text/records.ts';
import { surveyFile } from '../../../src/extract/text/survey.ts';
import { encode, makeDirectory, survey } from './support/text-files.ts';

const files = makeDirectory();

async function catchError(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof EluteError)) throw error ?? new Error('nothing was thrown');
  return { code: error.code, message: error.message.replace(/\S*\/(\w+)\.csv/g, 'FILE') };
}

describe('empty_file', () => {
  test.each<[string, string | Buffer]>([
    ['no bytes', ''],
    ['a UTF-8 mark alone', '\ufeff'],
    ['a UTF-16 mark alone', encode('\ufeff', 'utf-16be')],
    ['blank lines alone', '\ufeff\r\n \t\n\r  '],
    ['more blank lines than are kept', ' \r\n'.repeat(maxRecordBytes / 2)],
  ])('%s', async (_, content) => {
    expect(await catchError(survey(files.write(content)))).toEqual({
      code: 'empty_file',
      message: 'FILE is empty: it holds no header and no rows. Export it again, or leave it out.',
    });
  });
});

describe('unterminated_quote', () => {
  const unchosen = () => {
    throw new EluteError('unknown_header', 'no such header');
  };

  test.each<[string, string, number]>([
    ['in a row', 'a,b\n1,2\n3,"4\n5,6\n', 3],
    ['on a later line of its record', 'a,b\n1,2\r\n"3\r\n4\r5","6\n7', 5],
    ['in the first field', 'a,b\n"1', 2],
    ['after an escaped quote', 'a,b\n"1""\n', 2],
    ['in the header', '\na,"b\n1,2\n', 2],
    ['in a header longer than a record may be', `a,"b${'\n1,2'.repeat(maxRecordBytes)}`, 1],
  ])('%s', async (_, content, line) => {
    expect(await catchError(survey(files.write(content)))).toEqual({
      code: 'unterminated_quote',
      message: `FILE:${line}: a quoted field opens here and is never closed. Close it, or write a quote that belongs to a value twice ("").`,
    });
  });

  test('explains a header that is not recognised', async () => {
    const path = files.write('a,"b\n1,2\n');
    const error = await catchError(
      surveyFile({ path, location: path }, { chooseDelimiter: unchosen }),
    );
    expect(error.code).toBe('unterminated_quote');
  });
});

test('a first line that never ends cannot be a header', async () => {
  expect(await catchError(survey(files.write(`\n${'x,'.repeat(maxRecordBytes)}`)))).toEqual({
    code: 'unknown_header',
    message:
      'FILE:2: the first line is longer than 4 MiB and cannot be a header. Check that the file is a table with line ends.',
  });
});

describe('path_unreadable', () => {
  test('a directory', async () => {
    const path = files.next();
    mkdirSync(path);
    expect(await catchError(survey(path))).toEqual({
      code: 'path_unreadable',
      message: 'FILE cannot be read: it is not a regular file. Check the file and its permissions.',
    });
  });

  test('a name that cannot be opened', async () => {
    const path = `${files.write('a')}/below`;
    expect((await catchError(survey(path))).code).toBe('path_unreadable');
  });
});

test('path_not_found', async () => {
  expect(await catchError(survey(files.next()))).toEqual({
    code: 'path_not_found',
    message: 'FILE does not exist. Check the path.',
  });
});

describe('file_changed', () => {
  const expected = {
    code: 'file_changed',
    message:
      'FILE changed while it was being read. Load it again once nothing writes to it any more.',
  };

  test.each<[string, (path: string) => void]>([
    ['grown', (path) => appendFileSync(path, '3,4\n')],
    ['shrunk', (path) => writeFileSync(path, 'a,b\n')],
    ['replaced', (path) => renameSync(files.write('a,b\n1,3\n'), path)],
    ['taken away', (path) => renameSync(path, files.next())],
  ])('%s during the survey', async (_, change) => {
    const path = files.write('a,b\n1,2\n');
    const chooseDelimiter = () => {
      change(path);
      return ',' as const;
    };
    expect(await catchError(surveyFile({ path, location: path }, { chooseDelimiter }))).toEqual(
      expected,
    );
  });

  test('other content than surveyed, of the same size; the copy is removed', async () => {
    const path = files.write('a,b\n1,2\n');
    const surveyed = await survey(path);
    writeFileSync(path, 'a,b\n1,3\n');
    const target = files.next();
    expect(await catchError(writeNumberedCopy(path, surveyed, target))).toEqual(expected);
    expect(existsSync(target)).toBe(false);
  });
});

test.runIf(existsSync('/dev/full'))('disk_full', async () => {
  const path = files.write('a,b\n1,2\n');
  // The copy is removed after the error: the link then, not the device.
  const target = files.next();
  symlinkSync('/dev/full', target);
  expect(await catchError(writeNumberedCopy(path, await survey(path), target))).toEqual({
    code: 'disk_full',
    message:
      'No space is left to write FILE. Free some space, or name another folder with --scratch-directory.',
  });
});

test('an aborted signal rejects with its reason', async () => {
  const path = files.write('a,b\n1,2\n');
  const reason = new Error('stopped');
  const signal = AbortSignal.abort(reason);
  const chooseDelimiter = () => ',' as const;
  await expect(surveyFile({ path, location: path }, { chooseDelimiter, signal })).rejects.toBe(
    reason,
  );
  const target = files.next();
  await expect(writeNumberedCopy(path, await survey(path), target, { signal })).rejects.toBe(
    reason,
  );
  expect(existsSync(target)).toBe(false);
});
