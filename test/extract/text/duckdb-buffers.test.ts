import { expect, test } from 'vitest';
import { openDuckdb } from './support/read-with-duckdb.ts';
import { copy, makeDirectory, survey } from './support/text-files.ts';

const files = makeDirectory();
const read = await openDuckdb();

/** So small that the file is read in hundreds of pieces, each cut somewhere in a row. */
const bufferBytes = 1024;
const numbers = Array.from({ length: 5000 }, (_, at) => at);

const nasty = [
  '"",""',
  '"","a"',
  '"b"",""c",""',
  'd,"x y,"","',
  '"\n1,2\n",e',
  '"x\r\n"",""\r\n",f',
  '1,2',
];
const malformed = ['"x"y,"2"', '"x"y,"\n1,2\n"', '1', '1,2,3'];

test('no row of a plain file with quotes is lost where DuckDB cuts it, if it reads with one thread', async () => {
  const lines = numbers.map((at) => nasty.slice(0, 3)[at % 3]);
  const path = files.write(`a,b\n${lines.join('\n')}\n`);
  expect(await survey(path)).toMatchObject({ isPlain: true, hasQuotes: true });
  const settings = { delimiter: ',', columns: 2, hasHeader: true, isSingleThreaded: true } as const;
  const reading = await read(path, { ...settings, bufferBytes });
  expect(reading.rows).toHaveLength(numbers.length);
});

test('no row of a numbered copy is lost, with quoted line ends, malformed and ragged rows', async () => {
  const all = [...nasty, ...malformed];
  const lines = numbers.map((at) => all[(at * 7) % all.length] ?? '');
  const target = files.next();
  expect(await copy(files.write(`a,b\n${lines.join('\n')}\n`), target)).toBe(numbers.length);
  const reading = await read(target, { delimiter: ',', columns: 4, isCopy: true, bufferBytes });
  const bad = lines.filter((line) => malformed.includes(line));
  expect(reading.rejects).toHaveLength(bad.length);
  expect(reading.rows).toHaveLength(numbers.length - bad.length);
  expect(new Set(reading.rows.map((row) => row[0])).size).toBe(reading.rows.length);
});
