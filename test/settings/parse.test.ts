import { expect, test } from 'vitest';
import { parseNames, parsePaths, parseYes } from '../../src/settings/parse.ts';

test.each([
  ['yes', true],
  ['false', false],
  ['maybe', undefined],
  ['constructor', undefined],
])('yes or no: %s', (text, value) => {
  expect(parseYes(text)).toBe(value);
});

test.each([
  ['/data', ['/data']],
  ['/data:s3://lab/in/:other', ['/data', 's3://lab/in/', 'other']],
  ['/data::other', undefined],
])('paths: %s', (text, value) => {
  expect(parsePaths(text)).toEqual(value);
});

test.each([
  ['users.csv, runs*.csv', ['users.csv', 'runs*.csv']],
  ['*.{csv,tsv},users.*', ['*.{csv,tsv}', 'users.*']],
  ['may/users.csv', undefined],
  ['users.csv,', undefined],
])('patterns of names: %s', (text, value) => {
  expect(parseNames(text)).toEqual(value);
});
