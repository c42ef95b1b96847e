import type { Engine } from '../../compute/engine.ts';
import { guardParquet, type ParquetTable, readParquet } from './inspect-parquet.ts';

/**
 * Reads the rows of a Parquet file into the view `table`: `line` (the number of the row, from 1), `fault`,
 * and the cells `c1`, `c2`, … as text. Returns the rows read.
 */
export async function readParquetRows(
  engine: Engine,
  table: string,
  file: ParquetTable & { readonly path: string; readonly location: string },
): Promise<number> {
  const cells = file.header.map((_, i) => `c${i + 1}`);
  const texts = file.types.map((type, i) => `${writeText(type, `v${i + 1}`)} as c${i + 1}`);
  const rows = await guardParquet(
    file.path,
    engine.run(`
      create temp table ${table}_cells as
      select line,
        case when ${cells.map((cell) => `contains(${cell}, chr(0))`).join(' or ')} then 'invalid_character' end as fault,
        ${cells.map((cell) => `replace(${cell}, chr(0), chr(9216)) as ${cell}`).join(', ')}
      from (
        select line, ${texts.join(', ')}
        from ${readParquet(file.location, true)}
          as source (${cells.map((_, i) => `v${i + 1}`).join(', ')}, position)
        cross join lateral (select position + 1 as line)
      )`),
  );
  await engine.run(`create view ${table} as from ${table}_cells`);
  if (rows === file.rowCount) return rows;
  throw new Error(`${file.path} says that it holds ${file.rowCount} rows, ${rows} were read`);
}

/** A typed value as the same value stands in a CSV file: 3 and not 3.0, 2024-01-02, 1;2;3. */
function writeText(type: string, value: string): string {
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type) && !type.endsWith(']')) return writeNumber(value);
  if (type.startsWith('TIMESTAMP') && !type.endsWith(']')) return writeTime(type, value);
  const element = /^([A-Z][A-Z0-9_ (),]*)\[\]$/.exec(type)?.[1];
  if (element !== undefined && !/STRUCT|MAP|UNION/.test(element))
    return `array_to_string(list_transform(${value}, lambda x: ${writeText(element, 'x')}), ';')`;
  if (/^(STRUCT|MAP|UNION)|\]$/.test(type)) return `cast(to_json(${value}) as varchar)`;
  return `cast(${value} as varchar)`;
}

/** Gaps make some writers store whole numbers as floating-point ones. */
function writeNumber(value: string): string {
  const whole = `cast(cast(${value} as bigint) as varchar)`;
  const text = `cast(${value} as varchar)`;
  return `case when abs(${value}) < 9007199254740992 and ${value} = trunc(${value}) then ${whole} else ${text} end`;
}

function writeTime(type: string, value: string): string {
  const time = type.includes('ZONE') ? `timezone('UTC', ${value})` : `cast(${value} as timestamp)`;
  return `case when ${time} = date_trunc('day', ${time}) then strftime(${time}, '%Y-%m-%d') else strftime(${time}, '%Y-%m-%dT%H:%M:%S') end`;
}
