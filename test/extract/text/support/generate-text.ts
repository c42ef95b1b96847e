import fc from 'fast-check';
import { type Delimiter, delimiters } from '../../../../src/extract/text/quoting.ts';
import { describeLines, type Field, type GeneratedText, type Line } from './describe-lines.ts';

/** Text of which it is known, from how it was made, what must be read from it. */
export const generatedText: fc.Arbitrary<GeneratedText> = fc
  .record({
    delimiter: fc.constantFrom(...delimiters),
    columns: fc.integer({ min: 1, max: 4 }),
    isTame: fc.boolean(),
  })
  .chain(({ delimiter, columns, isTame }) => {
    const field = isTame ? makeTameField(delimiter) : makeField(delimiter);
    const lineEnd = fc.constantFrom(...(isTame ? ['\n'] : ['\n', '\r\n', '\r']));
    return fc
      .record({
        isMixed: fc.boolean(),
        lineEnd: fc.constantFrom('\n', '\r\n'),
        blanks: fc.array(makeBlank(lineEnd), { maxLength: isTame ? 0 : 2 }),
        header: makeHeader(field, columns, lineEnd),
        lines: fc.array(
          isTame
            ? makeRow(field, columns, lineEnd)
            : fc.oneof(
                { weight: 6, arbitrary: makeRow(field, columns, lineEnd) },
                { weight: 1, arbitrary: makeRaggedRow(field, lineEnd) },
                { weight: 1, arbitrary: makeBlank(lineEnd) },
              ),
          { maxLength: 8 },
        ),
        hasLastLineEnd: fc.boolean(),
      })
      .map((parts) => {
        const all = [...parts.blanks, parts.header, ...parts.lines];
        const lines = parts.isMixed
          ? all
          : all.map((line) => ({ ...line, lineEnd: parts.lineEnd }));
        return describeLines(delimiter, columns, lines, parts.hasLastLineEnd);
      });
  });

const content = (alphabet: string[]) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength: 6 }).map((characters) => characters.join(''));

const tameAlphabet = ['a', 'b', '1', '.', ' ', 'é', '漢', '😀', '"', ...delimiters];
const wildAlphabet = [...tameAlphabet, '\n', '\r', '\r\n', '""', '\0', 'NULL', '#', "'", '\\'];

function makeTameField(delimiter: Delimiter): fc.Arbitrary<Field> {
  return fc.oneof(makeUnquoted(delimiter, tameAlphabet), makeQuoted(tameAlphabet));
}

function makeField(delimiter: Delimiter): fc.Arbitrary<Field> {
  return fc.oneof(
    { weight: 6, arbitrary: makeUnquoted(delimiter, wildAlphabet) },
    { weight: 6, arbitrary: makeQuoted(wildAlphabet) },
    { weight: 1, arbitrary: makeMalformed(delimiter) },
  );
}

function makeUnquoted(delimiter: Delimiter, alphabet: string[]): fc.Arbitrary<Field> {
  return content(alphabet)
    .map((text) =>
      text
        .replaceAll(delimiter, 'd')
        .replace(/[\r\n]/g, 'n')
        .replace(/^( ?)"/, '$1q'),
    )
    .map((text) => ({ text, value: text === '' ? null : text, isMalformed: false }));
}

function makeQuoted(alphabet: string[]): fc.Arbitrary<Field> {
  return fc
    .tuple(fc.constantFrom('', ' '), content(alphabet), fc.constantFrom('', ' ', '   '))
    .map(([before, value, after]) => ({
      text: `${before}"${value.replaceAll('"', '""')}"${after}`,
      value,
      isMalformed: false,
    }));
}

function makeMalformed(delimiter: Delimiter): fc.Arbitrary<Field> {
  return fc
    .tuple(makeQuoted(wildAlphabet), makeUnquoted(delimiter, wildAlphabet))
    .map(([start, rest]) => ({
      text: `${start.text}x${rest.text}`,
      value: null,
      isMalformed: true,
    }));
}

function makeRow(field: fc.Arbitrary<Field>, columns: number, lineEnd: fc.Arbitrary<string>) {
  const fields = fc.array(field, { minLength: columns, maxLength: columns });
  return fc.record<Line>({ fields, lineEnd });
}

function makeRaggedRow(field: fc.Arbitrary<Field>, lineEnd: fc.Arbitrary<string>) {
  return fc.record<Line>({ fields: fc.array(field, { minLength: 1, maxLength: 6 }), lineEnd });
}

function makeBlank(lineEnd: fc.Arbitrary<string>): fc.Arbitrary<Line> {
  const text = fc.constantFrom('', ' ', '   ', '\t', ' \t ');
  return fc.record({
    fields: text.map((blank) => [{ text: blank, value: null, isMalformed: false }]),
    lineEnd,
  });
}

function makeHeader(field: fc.Arbitrary<Field>, columns: number, lineEnd: fc.Arbitrary<string>) {
  const first: Field = { text: 'first', value: 'first', isMalformed: false };
  return makeRow(
    field.filter(({ isMalformed }) => !isMalformed),
    columns,
    lineEnd,
  ).map((line) => ({
    ...line,
    fields: [first, ...line.fields.slice(1)],
  }));
}
