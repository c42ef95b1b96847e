import { rm } from 'node:fs/promises';
import type { Engine } from '../../compute/engine.ts';
import { quoteText } from '../../compute/quote.ts';
import { readStatement } from '../../statements.ts';
import { unitSeparator } from './copy-record.ts';
import { jsonPath } from './json-path.ts';
import type { JsonSurvey } from './survey-json.ts';

/**
 * Reads the records of a surveyed file into the view `table`: `line`, `fault`, and the cells `c1`, `c2`,
 * … in the order of the header. Of a faulty record `c1` is its text. Removes the
 * copy; returns the rows read.
 */
export async function readJsonRows(
  engine: Engine,
  table: string,
  survey: Pick<JsonSurvey, 'copy' | 'header' | 'rowCount' | 'numbering'>,
): Promise<number> {
  await engine.run(readStatement('compute/json.sql'));
  const rows = await engine.run(`create temp table ${table}_cells as ${selectCells(survey)}`);
  if (rows !== survey.rowCount) {
    throw new Error(`${survey.copy} holds ${survey.rowCount} records, but ${rows} were read`);
  }
  const line = survey.numbering === 'line' ? 'line' : 'rowid + 1';
  await engine.run(
    `create view ${table} as select ${line} as line, * exclude (line) from ${table}_cells`,
  );
  await rm(survey.copy);
  return rows;
}

/** Each record is parsed once, for all of its keys. */
function selectCells({ copy, header }: Pick<JsonSurvey, 'copy' | 'header'>): string {
  const paths = header.map((key) => quoteText(jsonPath(key))).join(', ');
  return `
    select line, fault, ${header.map((_, i) => selectCell(i + 1)).join(', ')}
    from (
      select line, fault, record, case when fault is null then json_extract(record, [${paths}]) end as found
      from (
        select cast(line_text as bigint) as line, coalesce(fault, json_fault(record)) as fault, record
        from ${readCopy(copy)}
      )
    )`;
}

function selectCell(number: number): string {
  const cell = `json_text(found[${number}])`;
  return number === 1
    ? `case when fault is null then ${cell} else record end as c1`
    : `${cell} as c${number}`;
}

/** No byte of a record is a quote or a delimiter to the engine; see copy-record.ts. */
function readCopy(copy: string): string {
  return `read_csv(${quoteText(copy)}, header = false, parallel = false, new_line = '\\n',
    auto_detect = false, delim = ${quoteText(unitSeparator)}, quote = '', escape = '', nullstr = '',
    columns = {'line_text': 'VARCHAR', 'fault': 'VARCHAR', 'record': 'VARCHAR'},
    strict_mode = true, null_padding = false, max_line_size = 4194304, buffer_size = 33554432)`;
}
