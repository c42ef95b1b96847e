import { expect, test } from 'vitest';
import { isKnown, makeEtag, readIfMatch } from '../../src/api/etag.ts';

const version = { fileId: 12, line: 5 };

test('a tag names a version, and is read as one', () => {
  expect(makeEtag(version)).toBe('"12-5"');
  expect(readIfMatch(makeEtag(version))).toEqual([version]);
});

test.each([
  [undefined, undefined],
  ['*', 'any'],
  [' "12-5" , "1-2",', [version, { fileId: 1, line: 2 }]],
  ['W/"12-5"', []],
  ['"of,another","12-5"', [version]],
  ['""', []],
  ['"12-5-1"', []],
])('If-Match: %s means %j', (header, wanted) => {
  expect(readIfMatch(header)).toEqual(wanted);
});

test.each(['', '12-5', '"12-5', '"12-5" "1-2"', '*, "12-5"', ','])(
  'If-Match: %s is refused',
  (header) => {
    expect(() => readIfMatch(header)).toThrow('no list of entity tags');
  },
);

test.each([
  [undefined, false],
  ['*', true],
  ['"12-5"', true],
  ['W/"12-5"', true],
  ['"1-1", "12-5"', true],
  ['"12-50"', false],
])('If-None-Match: %s knows the version: %j', (header, known) => {
  expect(isKnown(header, version)).toBe(known);
});
