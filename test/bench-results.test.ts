import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findDifference } from '../bench/compare.ts';
import { renderedFile, resultsFile } from '../bench/paths.ts';
import { renderEntries } from '../bench/render.ts';
import { readEntries } from '../bench/results.ts';

test.runIf(existsSync(resultsFile))('bench/results.md is what results.json renders to', () => {
  const rendered = readFileSync(renderedFile, 'utf8');
  expect(rendered, 'stale; run "npm run bench -- --render"').toBe(renderEntries(readEntries()));
});

const row = { user_id: '1', mean: 12.5, name: 'Caffeine' };

test.each([
  ['the same', [row], undefined],
  ['another order of addition', [{ ...row, mean: 12.5 * (1 + 1e-10) }], undefined],
  ['fewer columns', [{ user_id: '1', mean: 12.5 }], undefined],
  ['another number', [{ ...row, mean: 12.5001 }], 'mean of 1 is 12.5001, not 12.5'],
  ['another text', [{ ...row, name: null }], 'name of 1 is null, not Caffeine'],
  ['another row', [row, row], '2 rows, not 1'],
])('tells the difference: %s', (_, found, difference) => {
  expect(findDifference([row], found)).toBe(difference);
});
