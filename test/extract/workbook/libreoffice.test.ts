import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Format, makeDirectory } from './support/workbook-files.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/workbooks');
const files = makeDirectory();

describe.each<Format>(['xlsx', 'ods', 'xls'])('lab.%s', (format) => {
  test('comes back as it was written', async () => {
    expect(await files.read(join(fixtures, `lab.${format}`), format)).toEqual([
      {
        sheet: 'users',
        header: ['user_id', 'name', 'signup_date', 'active'],
        headerLine: 3,
        rowCount: 2,
        surplusColumns: [],
        rows: [
          '4,,"1","Zoë “Q” O\'Neil, ""Dr""","2024-02-29","TRUE"\n',
          '5,,"00123","two\nlines","2024-03-01T13:45:30","FALSE"\n',
        ].join(''),
      },
      {
        sheet: 'compounds',
        header: ['compound_id', 'structure'],
        headerLine: 1,
        rowCount: 3,
        surplusColumns: ['D'],
        rows: [
          '2,,"7","C2H6O 漢字 😀"\n',
          '3,,"7","C2H6O 漢字 😀"\n',
          '7,,"1e+21","  in  side   out "\n',
        ].join(''),
      },
      {
        sheet: 'experiments',
        header: ['', 'experiment_id', 'compound_ids', 'run_time', 'result'],
        headerLine: 1,
        rowCount: 4,
        surplusColumns: [],
        rows: [
          '2,,,"1","1;2","12.5","25"\n',
          '3,,,"2","3","0.1","#N/A"\n',
          '4,,,"3","3","13:02:03","#DIV/0!"\n',
          '5,,,"-4.25",,"9.99","ab"\n',
        ].join(''),
      },
      {
        sheet: 'titled',
        header: ['Laboratory 7, spring'],
        headerLine: 1,
        rowCount: 1,
        surplusColumns: ['B'],
        rows: '2,,"user_id"\n',
      },
    ]);
  });
});

test('texts that go on in other records come back whole', async () => {
  const [sheet] = await files.read(join(fixtures, 'long-texts.xls'), 'xls');
  const expected = Array.from({ length: 600 }, (_, at) => {
    const i = at + 1;
    return `${i + 1},,"${(i % 2 === 1 ? 'Ω' : 'x').repeat(i % 97)} ${i}"\n`;
  });
  expect(sheet?.rows).toBe(expected.join(''));
});
