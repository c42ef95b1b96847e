import { expect, test } from 'vitest';
import { parseRecord } from '../../../src/extract/text/parse-record.ts';
import { openDuckdb } from './support/read-with-duckdb.ts';
import { makeDirectory } from './support/text-files.ts';

const files = makeDirectory();
const read = await openDuckdb();

const wellFormed: [record: string, fields: string[]][] = [
  ['a,b', ['a', 'b']],
  [',', ['', '']],
  ['"",""', ['', '']],
  ['"a,b","c\nd"', ['a,b', 'c\nd']],
  ['"a""b",""""', ['a"b', '"']],
  [' a , b ', [' a ', ' b ']],
  [' "a" ,"b"  ', ['a', 'b']],
  [' " a ",b', [' a ', 'b']],
  ['  "a",\t"b"', ['  "a"', '\t"b"']],
  ['a"b"c,d"', ['a"b"c', 'd"']],
  [' a"b",c', [' a"b"', 'c']],
  ['"a" "b",c', ['a b', 'c']],
  ['"a"""  """b",c', ['a"  "b', 'c']],
  ['"" "",b', [' ', 'b']],
];

test.each(wellFormed)('%j has the fields %j, for DuckDB too', async (record, fields) => {
  expect(parseRecord(Buffer.from(record), ',')).toEqual(fields);
  const reading = await read(files.write(`${record}\n`), { delimiter: ',', columns: 2 });
  expect(reading.rows.map((row) => row.map((value) => value ?? ''))).toEqual([fields]);
});

const malformed: [record: string, fields: string[]][] = [
  ['"a"b,c', ['"a"b', 'c']],
  ['"a"\t,c', ['"a"\t', 'c']],
  ['"a" b"c,d', ['"a" b"c', 'd']],
  ['c,"a"b', ['c', '"a"b']],
];

test.each(malformed)(
  '%j is malformed and stays as it stands; DuckDB rejects it',
  async (record, fields) => {
    expect(parseRecord(Buffer.from(record), ',')).toEqual(fields);
    const reading = await read(files.write(`1,2\n${record}\n3,4\n`), {
      delimiter: ',',
      columns: 2,
    });
    expect(reading.rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(reading.rejects).toEqual([record]);
  },
);
