import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EluteError } from '../../../src/errors.ts';
import { surveyJson } from '../../../src/extract/json/survey-json.ts';
import { maxRecordBytes } from '../../../src/extract/text/records.ts';
import { survey, writeJson } from './support/json-files.ts';

const readable =
  'Elute reads an array of objects, or one object a line; with pandas, write it with orient="records".';
const empty = 'is empty: it holds no header and no rows. Export it again, or leave it out.';
const noObject = `the first record is not a JSON object. ${readable}`;
const table = `is a single JSON object that holds a whole table. ${readable}`;
const openRecord =
  'the record that begins here is never closed. Complete the file, or close the bracket or quote that is missing.';
const openArray =
  'the file ends before its array does. Export it again, or add the closing bracket.';
const trailing = 'text follows the end of the array. Remove it, or write one object a line.';
const manyKeys = Array.from({ length: 1001 }, (_, i) => `"k${i}":1`).join();

test.each<[what: string, content: string, code: string, message: string]>([
  ['no bytes', '', 'empty_file', `runs.json ${empty}`],
  ['blank lines', '\ufeff\r\n \t\n', 'empty_file', `runs.json ${empty}`],
  [
    'an empty array',
    '\n[ \n]\n',
    'empty_file',
    'runs.json holds no records: its array is empty. Export it again, or leave it out.',
  ],
  ['numbers', '\n1\n2\n', 'format_unsupported', `runs.json:2: ${noObject}`],
  ['an array of numbers', '[\n1,2]', 'format_unsupported', `runs.json:2: ${noObject}`],
  ['arrays', '[[1,2],[3,4]]', 'format_unsupported', `runs.json:1: ${noObject}`],
  [
    'pandas by column',
    '{"user_id":{"0":1},"name":{"0":"x"}}',
    'format_unsupported',
    `runs.json ${table}`,
  ],
  [
    'pandas by column on many lines',
    '{"user_id":{\n"0":1},\n"name":{"0":"x"}}\n',
    'format_unsupported',
    `runs.json ${table}`,
  ],
  [
    'an object around the array',
    '{"users":[{"user_id":1}]}',
    'format_unsupported',
    `runs.json ${table}`,
  ],
  [
    'one very long object',
    `{"a":"${'x'.repeat(maxRecordBytes)}"}`,
    'format_unsupported',
    `runs.json ${table}`,
  ],
  [
    'no record that is good',
    '{a:1}\n{a:2}\n',
    'format_unsupported',
    `runs.json: none of its records (2) is a JSON object with keys. ${readable}`,
  ],
  [
    'too many keys',
    `{"a":1}\n{${manyKeys}}`,
    'format_unsupported',
    `runs.json:2: the objects up to here have more than 1000 different keys, so these are no columns. ${readable}`,
  ],
  [
    'an array cut off after a record',
    '[{"a":1},\n{"a":2}\n',
    'file_damaged',
    `runs.json:2: ${openRecord}`,
  ],
  ['an array cut off after a comma', '[{"a":1},\n', 'file_damaged', `runs.json:2: ${openArray}`],
  [
    'an array cut off in a record',
    '[{"a":1},\n{"a":\n',
    'file_damaged',
    `runs.json:2: ${openRecord}`,
  ],
  [
    'a string left open',
    '[{"a":1},\n{"a":"2},\n{"a":3}]',
    'file_damaged',
    `runs.json:2: ${openRecord}`,
  ],
  [
    'a bracket left open',
    '[{"a":1},\n{"a":[2},\n{"a":3}]',
    'file_damaged',
    `runs.json:2: ${openRecord}`,
  ],
  ['text after the array', '[{"a":1}]\n{"a":2}', 'file_damaged', `runs.json:2: ${trailing}`],
  ['two arrays', '[{"a":1}]\n[{"a":2}]\n', 'file_damaged', `runs.json:2: ${trailing}`],
  [
    'a first object left open',
    '{"a":1,\n{"a":2}\n{"a":3}\n',
    'file_damaged',
    `runs.json:1: ${openRecord}`,
  ],
])('%s', async (_, content, code, message) => {
  for (const chunkBytes of [content.length > 20_000 ? undefined : 1, undefined]) {
    const error = await survey(content, chunkBytes).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(EluteError);
    expect(error).toMatchObject({ code, message });
  }
});

test('nothing is left of a copy that failed', async () => {
  const path = writeJson('[{"a":1}');
  const options = { copy: `${path}.copy` };
  await expect(surveyJson({ path, location: path }, options)).rejects.toThrow(path);
  expect(existsSync(options.copy)).toBe(false);
});

test('1000 keys are no fault', async () => {
  const { header } = await survey(`{${manyKeys.replace(',"k1000":1', '')}}`);
  expect(header).toHaveLength(1000);
});

test('a signal stops the survey, and progress adds up', async () => {
  const path = writeJson('{"a":1}\n{"a":2}\n');
  let bytes = 0;
  const part = { path, location: path };
  const onBytes = (more: number) => {
    bytes += more;
  };
  await surveyJson(part, { copy: `${path}.copy`, onBytes, chunkBytes: 3 });
  expect(bytes).toBe(16);
  const signal = AbortSignal.abort(new Error('stop'));
  await expect(surveyJson(part, { copy: `${path}.copy`, signal })).rejects.toThrow('stop');
});
