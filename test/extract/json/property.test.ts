import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openReader } from './support/json-files.ts';

const read = await openReader();

type Scalar = string | number | boolean | null;
type Value = Scalar | Value[] | { [key: string]: Value };
type Item = Record<string, Value>;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc
    .array(
      fc.constantFrom(
        '"',
        '\\',
        '[',
        '{',
        '}',
        ']',
        ',',
        ':',
        '\n',
        '\r\n',
        'é',
        '😀',
        ' ',
        '|',
        'a',
      ),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join('')),
);
const scalar = fc.oneof(
  text.filter((value) => !value.includes('\0')),
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const inner = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ 'x"y': inner, z: inner }) },
);
const keys = ['user_id', 'name', 'a"\\b', 'é/~', '*'];
const record: fc.Arbitrary<Item> = fc
  .record(
    { user_id: scalar, name: value, 'a"\\b': value, 'é/~': value, '*': value },
    { requiredKeys: ['user_id'] },
  )
  .map((object): Item => object)
  .chain((object) =>
    fc
      .shuffledSubarray(Object.keys(object), { minLength: Object.keys(object).length })
      .map((order) => Object.fromEntries(order.map((key) => [key, object[key] ?? null]))),
  );
const records = fc.array(record, { minLength: 1, maxLength: 6 });
const chunkBytes = fc.integer({ min: 1, max: 40 });

interface Rendered {
  content: string;
  lines: number[];
}

/** ASCII alone, by escapes: JSON.parse reads it alike. */
function escapeAll(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function joinRecords(parts: string[], [before, between, after]: string[]): Rendered {
  let content = before ?? '';
  const lines = parts.map((part, i) => {
    if (i > 0) content += between;
    const line = (content.match(/\r\n|\r|\n/g)?.length ?? 0) + 1;
    content += part;
    return line;
  });
  return { content: content + after, lines };
}

const layouts: [name: string, indent: number, frame: string[]][] = [
  ['an array', 0, ['[', ',', ']']],
  ['an array with CRLF', 0, ['\r\n[', '\r\n,\r\n', '\r\n]\r\n']],
  ['a pretty array', 2, ['[\n', ',\n', '\n]\n']],
  ['lines', 0, ['', '\n', '\n']],
  ['lines with CRLF', 0, ['', '\r\n', '']],
  ['lines with CR and blank ones', 0, ['\r', '\r \t\r', '\r']],
  ['pretty objects', 1, ['', '\n', '\n']],
  ['objects side by side', 0, ['', ' ', '']],
];

test.each(layouts)('%s: the rows are those that JSON.parse gives', async (_, indent, frame) => {
  await fc.assert(
    fc.asyncProperty(records, fc.boolean(), chunkBytes, async (items, isEscaped, chunk) => {
      const parts = items
        .map((item) => JSON.stringify(item, null, indent))
        .map((json) => (isEscaped ? escapeAll(json) : json));
      const { content, lines } = joinRecords(parts, frame);
      const present = keys.filter((key) => items.some((item) => key in item));
      const isByLine = lines.every((line, i) => line > (lines[i - 1] ?? 0));
      const expected = items.map((item, i) => ({
        line: isByLine ? lines[i] : i + 1,
        fault: null,
        cells: Object.fromEntries(present.map((key) => [key, cellOf(item[key] ?? null)])),
      }));
      expect(await read(content, chunk)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

function cellOf(value: Value): string | null {
  if (!Array.isArray(value)) return value === null ? null : scalarOf(value);
  const isNested = value.some((item) => typeof item === 'object' && item !== null);
  return isNested ? renderNested(value) : value.map((item) => scalarOf(item) ?? '').join(';');
}

function scalarOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return renderNumber(value);
  return typeof value === 'object' ? renderNested(value) : String(value);
}

/** A number that JSON.stringify writes without a fraction is a whole one as written. */
function renderNumber(value: number): string {
  const text = JSON.stringify(value);
  if (!text.includes('e')) return text;
  return Number.isInteger(value) && Math.abs(value) < 2 ** 53
    ? String(value)
    : text.replace('e+', 'e');
}

function renderNested(value: Value): string {
  return JSON.stringify(value).replaceAll('e+', 'e');
}

const line = records.filter((items) => items.length > 1);
const damages: ((json: string) => string)[] = [
  (json) => json.slice(0, -1),
  (json) => json.slice(1),
  (json) => json.slice(0, json.length / 2),
  (json) => `${json},`,
  (json) => `${json}${json}`,
  (json) => `[${json}]`,
  (json) => json.replace('"', ''),
  (json) => json.replace(':', ''),
  (json) => json.replace('{', '{"user_id":1,'),
  () => 'null',
];

test('a damaged line is the only faulty one', async () => {
  const which = fc.nat({ max: 100 });
  const how = fc.constantFrom(...damages);
  await fc.assert(
    fc.asyncProperty(line, which, how, chunkBytes, async (items, place, damage, chunk) => {
      const at = 1 + (place % (items.length - 1));
      const parts = items.map((item) => JSON.stringify(item));
      // As UTF-8 has it: half a surrogate pair becomes another character.
      const damaged = Buffer.from(damage(parts[at] ?? '').trim()).toString();
      const content = parts.map((part, i) => (i === at ? damaged : part)).join('\n');
      const rows = await read(content, chunk);
      expect(rows.map((row) => row.line)).toEqual(items.map((_, i) => i + 1));
      expect(rows.map((row) => row.fault)).toEqual(
        items.map((_, i) => (i === at ? 'invalid_json' : null)),
      );
      expect(rows[at]?.cells).toEqual({ record: damaged });
    }),
    { numRuns: 80 },
  );
});
