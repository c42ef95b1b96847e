import { describe, expect, test } from 'vitest';
import { maxRecordBytes } from '../../../src/extract/text/records.ts';
import { openReader } from './support/json-files.ts';

const read = await openReader();

describe('the cell of a value', () => {
  test.each<[json: string, cell: string | null]>([
    ['null', null],
    ['NaN', null],
    ['"NaN"', 'NaN'],
    ['"null"', 'null'],
    ['""', ''],
    ['"a \\"b\\" \\u00e9 \\ud83d\\ude00 \\n\\t\\\\"', 'a "b" é 😀 \n\t\\'],
    ['"1.0"', '1.0'],
    ['"[1,2]"', '[1,2]'],
    ['0', '0'],
    ['-7', '-7'],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['1.0', '1'],
    ['-3.00', '-3'],
    ['-0.0', '0'],
    ['1e3', '1000'],
    ['9007199254740991.0', '9007199254740991'],
    ['9007199254740992.0', '9007199254740992.0'],
    ['1.50', '1.5'],
    ['0.1', '0.1'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['1e-7', '1e-7'],
    ['1e400', '1e400'],
    ['Infinity', 'Infinity'],
    ['true', 'true'],
    ['false', 'false'],
    ['[]', ''],
    ['[1, 2]', '1;2'],
    ['[17]', '17'],
    ['[1.0,2.5,-3]', '1;2.5;-3'],
    ['["a","b;c",true,null,"é"]', 'a;b;c;true;;é'],
    ['[null]', ''],
    ['["[","{"]', '[;{'],
    ['[[1, 2.0],3]', '[[1,2.0],3]'],
    ['[{"a": 1}]', '[{"a":1}]'],
    ['{"a": [1.0, null]}', '{"a":[1.0,null]}'],
    ['{}', '{}'],
  ])('%s', async (json, cell) => {
    const rows = await read(`{"a":${json},"b":1}\n{"b":2}\n`);
    expect(rows).toEqual([
      { line: 1, fault: null, cells: { a: cell, b: '1' } },
      { line: 2, fault: null, cells: { a: null, b: '2' } },
    ]);
  });
});

test.each([
  '',
  '*',
  'a"b',
  "a'b",
  'a\\b',
  'a/b~c~1',
  '$',
  '$.a',
  '0',
  '#',
  'a.b',
  ' ',
  '\n',
  '漢',
  '__proto__x',
])('the key %j is found', async (key) => {
  const [row] = await read(JSON.stringify([{ [key]: 'here', other: 1 }]));
  expect(row).toEqual({ line: 1, fault: null, cells: { [key]: 'here', other: '1' } });
});

describe('a record that only the engine knows to be bad', () => {
  test.each([
    '{"a":tru}',
    '{"a":01}',
    '{"a":1.}',
    '{"a":}',
    '{"a":1 2}',
    '{"a":[1,}',
    '{"a":[1}]}',
    '{"a":"\\x"}',
    '{"a":"\ttab"}',
    '{"a":"\\ud800"}',
    "{'a':1}",
    '{"a":/* 1 */2}',
  ])('%s', async (record) => {
    expect(await read(`{"a":1,"b":2}\n${record}\n{"b":3}\n`)).toEqual([
      { line: 1, fault: null, cells: { a: '1', b: '2' } },
      { line: 2, fault: 'invalid_json', cells: { record } },
      { line: 3, fault: null, cells: { a: null, b: '3' } },
    ]);
  });
});

test('the longest record is read', async () => {
  const text = 'x'.repeat(maxRecordBytes - 8);
  const rows = await read(`{"a":1}\n{"a":"${text}"}\n{"a":"${text}x"}\n`);
  expect(rows.map(({ line, fault }) => [line, fault])).toEqual([
    [1, null],
    [2, null],
    [3, 'record_too_long'],
  ]);
  expect(rows[1]?.cells['a']?.length).toBe(text.length);
});
