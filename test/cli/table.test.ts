import { expect, test } from 'vitest';
import { type Cell, renderTable, showControls } from '../../src/cli/table.ts';

test.each<[string, Record<string, Cell>[], string]>([
  [
    'texts to the left, figures to the right',
    [
      { a: 'x', n: 1 },
      { a: 'yy', n: 10 },
    ],
    'a    n\nx    1\nyy  10\n',
  ],
  [
    'points below each other',
    [{ n: 1 }, { n: 2.5 }, { n: 10.125 }, { n: null }],
    '     n\n 1.000\n 2.500\n10.125\n     -\n',
  ],
  ['four decimals at most', [{ n: 1 / 3 }, { n: 1e21 }], '     n\n0.3333\n 1e+21\n'],
  [
    'long titles of figures over several lines',
    [{ mean_time_of_all: 1 }],
    'mean_time_\n    of_all\n         1\n',
  ],
  ['long titles of texts on one', [{ mean_time_of_all: 'x' }], 'mean_time_of_all\nx\n'],
  [
    'letters of double and of no width',
    [
      { a: '実験', b: 1 },
      { a: 'e\u0301', b: 2 },
      { a: '🧪', b: 3 },
    ],
    'a     b\n実験  1\ne\u0301     2\n🧪    3\n',
  ],
  ['lists and nothing', [{ a: ['x', null], b: [] }], 'a     b\nx; -  -\n'],
  ['no line ends in blanks', [{ a: 'x', b: '' }], 'a  b\nx\n'],
])('%s', (_, rows, expected) => {
  const columns = Object.keys(rows[0] ?? {}).map((title) => ({
    title,
    value: (row: Record<string, Cell>) => row[title] ?? null,
  }));
  expect(renderTable(rows, columns)).toBe(expected);
});

test('a hundred thousand rows', () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => i);
  const table = renderTable(rows, [{ title: 'n', value: (row) => row }]);
  expect(table.split('\n')).toHaveLength(100_002);
});

test('control characters are shown, not obeyed', () => {
  expect(showControls('a\u001b[2J\r\n\tb\u007f\u0085')).toBe('a␛[2J␍␊␉b\uFFFD\uFFFD');
});
