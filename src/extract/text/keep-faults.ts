import { quoteText } from '../../compute/quote.ts';
import type { Delimiter } from './quoting.ts';

/**
 * Makes the structurally bad rows of a copy rejects. The engine reports one row for each missing or surplus
 * cell; `csv_line` starts with our line number and fault.
 */
export function keepFaults(
  table: string,
  fileId: number,
  { delimiter, header }: { delimiter: Delimiter; header: readonly string[] },
): string {
  return `
    insert into rejects
    select ${fileId}, cast(frame.line as bigint),
      [{
        'column_name': null, 'value': null,
        'code': coalesce(nullif(frame.fault, ''), code),
        'detail': format('{} instead of {}', cells, ${header.length})
      }],
      case when code = 'malformed_quotes' then [frame.record] else ${splitRecord('frame.record', delimiter)} end
    from (
      select
        regexp_extract(first(csv_line), '(?s)^([^${delimiter}]*).([^${delimiter}]*).(.*)$', ['line', 'fault', 'record']) as frame,
        case first(error_type)
          when 'MISSING COLUMNS' then 'too_few_columns'
          when 'TOO MANY COLUMNS' then 'too_many_columns'
          else 'malformed_quotes'
        end as code,
        case first(error_type)
          when 'MISSING COLUMNS' then min(column_idx)
          else max(column_idx)
        end - 2 as cells
      from ${table}_faults
      group by line
    )`;
}

/** The cells of a record that has too few or too many of them. */
function splitRecord(record: string, delimiter: Delimiter): string {
  const end = quoteText(delimiter);
  const cells = `regexp_extract_all(${record} || ${end}, '(?s)( ?"(?:[^"]|"")*" *|[^${delimiter}]*)[${delimiter}]', 1)`;
  return `list_transform(${cells}, lambda cell:
    case when regexp_matches(cell, '(?s)^ ?".*" *$')
      then replace(regexp_replace(cell, '(?s)^ ?"(.*)" *$', '\\1'), '""', '"')
      else cell
    end)`;
}
