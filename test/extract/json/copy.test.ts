import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { surveyJson } from '../../../src/extract/json/survey-json.ts';
import { maxRecordBytes } from '../../../src/extract/text/records.ts';
import { encode } from '../text/support/text-files.ts';
import { copy, survey, writeJson } from './support/json-files.ts';

const two = '1||{"a":1}\n2||{"a":2}\n';

const cases: [what: string, content: string | Buffer, copied: string][] = [
  ['lines', '{"a":1}\n{"a":2}\n', two],
  ['lines with CRLF', '{"a":1}\r\n{"a":2}', two],
  ['lines with CR', '{"a":1}\r{"a":2}\r', two],
  ['lines with spaces around', ' {"a":1} \n\t{"a":2}\t\n', two],
  ['blank lines', '\n \r\n{"a":1}\r\n\r\n\t\n{"a":2}\r\r', '3||{"a":1}\n6||{"a":2}\n'],
  ['an array on one line', '[{"a":1},{"a":2}]', '1||{"a":1}\n1||{"a":2}\n'],
  ['an array, an object a line', '[{"a":1}\n,{"a":2}]\n', two],
  ['an array with a comma at its end', '[{"a":1},\n{"a":2},\n]', two],
  [
    'an array over many lines',
    '[\r\n  {\r\n    "a": [\r\n      1\r\n    ]\r\n  },\r\n  { "a": 2 }\r\n]\r\n',
    '2||{      "a": [        1      ]    }\n7||{ "a": 2 }\n',
  ],
  [
    'objects one after another',
    '{"a":1}{"a":2} {"a":\n3}',
    '1||{"a":1}\n1||{"a":2}\n1||{"a": 3}\n',
  ],
  ['objects over many lines', '{\n"a":1\n}\n{\n"a":2}\n', '1||{ "a":1 }\n4||{ "a":2}\n'],
  ['one record', '{"a":1,"b":{"c":2}}', '1||{"a":1,"b":{"c":2}}\n'],
  ['one record over many lines', '{"a":\n1}', '1||{"a": 1}\n'],
  [
    'brackets and commas in strings',
    '[{"a":"],}\\""},{"b":"\\\\"}]',
    '1||{"a":"],}\\""}\n1||{"b":"\\\\"}\n',
  ],
  ['UTF-16LE', encode('\ufeff{"a":"é😀"}\r\n{"a":2}', 'utf-16le'), '1||{"a":"é😀"}\n2||{"a":2}\n'],
  ['a UTF-8 mark', '\ufeff[{"a":1}]', '1||{"a":1}\n'],
  ['a broken line', '{"a":1}\n{"a":\n{"a":3}\n', '1||{"a":1}\n2|invalid_json|{"a":\n3||{"a":3}\n'],
  [
    'a quote left open',
    '{"a":1}\n{"a":"x}\n{"a":3}',
    '1||{"a":1}\n2|invalid_json|{"a":"x}\n3||{"a":3}\n',
  ],
  [
    'two records on one line',
    '{"a":1}\n{"a":2}{"a":3}',
    '1||{"a":1}\n2|invalid_json|{"a":2}{"a":3}\n',
  ],
  ['a line cut off at the end', '{"a":1}\n{"a":2', '1||{"a":1}\n2|invalid_json|{"a":2\n'],
  [
    'lines that are no objects',
    '{"a":1}\n5\n[]\nnull\n',
    '1||{"a":1}\n2|invalid_json|5\n3|invalid_json|[]\n4|invalid_json|null\n',
  ],
  [
    'elements that are no objects',
    '[{"a":1}, 5 ,[{"b":1}]]',
    '1||{"a":1}\n1|invalid_json|5\n1|invalid_json|[{"b":1}]\n',
  ],
  ['a missing element', '[{"a":1},\n,{"a":2}]', '1||{"a":1}\n2|invalid_json|\n2||{"a":2}\n'],
  ['a missing comma', '[{"a":1}\n{"a":2},{"a":3}]', '1|invalid_json|{"a":1} {"a":2}\n2||{"a":3}\n'],
  ['a brace too many', '[{"a":1}},\n{"a":2}]', '1|invalid_json|{"a":1}}\n2||{"a":2}\n'],
  [
    'text between objects',
    '{"a":\n1}\n,\n{"a":2}x',
    '1||{"a": 1}\n3|invalid_json|,\n4||{"a":2}\n4|invalid_json|x\n',
  ],
  [
    'a key twice',
    '[{"a":1,"b":2,"a":3},{"a":1,"\\u0061":2},{"a":{"a":1}}]',
    '1|invalid_json|{"a":1,"b":2,"a":3}\n1|invalid_json|{"a":1,"\\u0061":2}\n1||{"a":{"a":1}}\n',
  ],
  ['a comma at the end', '{"a":1,}\n{"a":1}', '1|invalid_json|{"a":1,}\n2||{"a":1}\n'],
  [
    'a line end in a string',
    '[{"a":"x\ny"},\n{"a":1}]',
    '1|invalid_json|{"a":"x y"}\n3||{"a":1}\n',
  ],
  [
    'the separator of the copy',
    '[{"a":"\x1f"},{"a":1\x1f},{"a":1}]',
    '1|invalid_json|{"a":" "}\n1|invalid_json|{"a":1 }\n1||{"a":1}\n',
  ],
  [
    'NUL',
    '{"a":"\0"}\n{"a":"\\u0000"}\n{"a":"\\\\u0000"}',
    '1|invalid_character|{"a":"␀"}\n2|invalid_character|{"a":"\\u0000"}\n3||{"a":"\\\\u0000"}\n',
  ],
  [
    'latin-1',
    Buffer.from('[{"a":"\xe9"},{"a":1}]', 'latin1'),
    '1|invalid_encoding|{"a":"\ufffd"}\n1||{"a":1}\n',
  ],
];

describe('the copy of a file', () => {
  test.each(cases)('%s', async (_, content, copied) => {
    for (const chunkBytes of [1, 2, 3, 5, 1024])
      expect(await copy(content, chunkBytes)).toBe(copied);
  });
});

describe('a record that is too long', () => {
  const text = 'é\x1f'.repeat(maxRecordBytes / 2);

  test.each([2 ** 16, 2 ** 20, 2 ** 23])('is cut to an excerpt in chunks of %d', async (chunk) => {
    for (const [before, between, after] of [
      ['', '\n', '\n'],
      ['[', ',\n', ']'],
    ] as const) {
      const content = `${before}{"a":1}${between}{"a":"${text}"}${between}{"a":3}${after}`;
      const lines = (await copy(content, chunk)).split('\n');
      expect(lines).toEqual(['1||{"a":1}', expect.any(String), '3||{"a":3}', '']);
      expect(lines[1]).toMatch(/^2\|record_too_long\|\{ a : (é ){60,70}é?$/);
    }
  });

  test('is not the longest that is allowed', async () => {
    const record = `{"a":"${'x'.repeat(maxRecordBytes - 8)}"}`;
    expect(await copy(`{"a":1}\n${record}\n`)).toBe(`1||{"a":1}\n2||${record}\n`);
  });
});

test('says all there is to say about a file', async () => {
  const bytes = Buffer.from('[{"b":1,"a":2},{"a":{"z":1},"\\"é\\u00e9":3},{"c":1,"c":2}]');
  const surveyed = await survey(bytes);
  expect(surveyed).toEqual({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    header: ['b', 'a', '"éé'],
    rowCount: 3,
    numbering: 'record',
    copy: expect.stringMatching(/\.copy$/),
  });
  expect(readFileSync(surveyed.copy, 'utf8').split('\n')).toHaveLength(4);
});

test('an encoding can be forced', async () => {
  const path = writeJson(Buffer.from('{"a":"\xe9\x80"}\n{"\xe9":1}\n', 'latin1'));
  const options = { copy: `${path}.copy`, encoding: 'windows-1252' as const };
  const { header, copy } = await surveyJson({ path, location: path }, options);
  expect(header).toEqual(['a', 'é']);
  expect(readFileSync(copy, 'utf8')).toBe('1\x1f\x1f{"a":"é€"}\n2\x1f\x1f{"é":1}\n');
});
