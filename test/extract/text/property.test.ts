import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeNumberedCopy } from '../../../src/extract/text/numbered-copy.ts';
import { surveyFile } from '../../../src/extract/text/survey.ts';
import type { GeneratedText } from './support/describe-lines.ts';
import { generatedText } from './support/generate-text.ts';
import { openDuckdb } from './support/read-with-duckdb.ts';
import { encode, makeDirectory } from './support/text-files.ts';

const files = makeDirectory();
const read = await openDuckdb();

const encodings = fc.constantFrom(
  { bom: '', encoding: 'utf-8' as const },
  { bom: '\ufeff', encoding: 'utf-8' as const },
  { bom: '\ufeff', encoding: 'utf-16le' as const },
  { bom: '\ufeff', encoding: 'utf-16be' as const },
);
const chunkBytes = fc.integer({ min: 1, max: 64 });

test('DuckDB reads from a numbered copy just what was written, at the lines where it was written', async () => {
  await fc.assert(
    fc.asyncProperty(generatedText, encodings, chunkBytes, async (text, how, chunk) => {
      const path = files.write(encode(how.bom + text.text, how.encoding));
      const survey = await surveyFile(
        { path, location: path },
        {
          chooseDelimiter: (headers) => {
            expect(headers.get(text.delimiter)).toEqual(text.header);
            return text.delimiter;
          },
          chunkBytes: chunk,
        },
      );
      expect(survey).toMatchObject({
        encoding: how.encoding,
        header: text.header,
        rowCount: text.rows.length,
        isPlain: text.isPlain && how.encoding === 'utf-8',
      });
      const target = files.next();
      expect(await writeNumberedCopy(path, survey, target, { chunkBytes: chunk })).toBe(
        text.rows.length,
      );
      await expectCopy(target, text);
      if (survey.isPlain) await expectPlain(path, text, survey.hasQuotes);
    }),
    { numRuns: 250 },
  );
});

async function expectCopy(
  target: string,
  { rows, delimiter, columns }: GeneratedText,
): Promise<void> {
  const reading = await read(target, { delimiter, columns: columns + 2, isCopy: true });
  const good = rows.filter(({ isGood }) => isGood);
  const bad = rows.filter(({ isGood }) => !isGood);
  expect(reading.rows).toEqual(
    good.map(({ line, fault, values }) => [String(line), fault || null, ...values]),
  );
  expect(reading.rejects.map((line) => line.split(delimiter, 2).join())).toEqual(
    bad.map(({ line, fault }) => `${line},${fault}`),
  );
}

async function expectPlain(
  path: string,
  { rows, delimiter, columns }: GeneratedText,
  isSingleThreaded: boolean,
): Promise<void> {
  const reading = await read(path, { delimiter, columns, hasHeader: true, isSingleThreaded });
  expect(reading.rows).toEqual(rows.filter(({ isGood }) => isGood).map(({ values }) => values));
  expect(reading.rows.length + reading.rejects.length).toBe(rows.length);
}
