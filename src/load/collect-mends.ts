import type { Engine } from '../compute/engine.ts';
import type { RawRows } from '../extract/read-rows.ts';

/**
 * Notes whose rejects the good rows of a mended file come from: cells of its error column begin with
 * `load N, `. Call it while the raw rows are there, and no more rows will be rejected.
 */
export async function collectMends(
  engine: Engine,
  { fileId, file, table }: RawRows,
): Promise<void> {
  if (file.errorColumn === undefined) return;
  await engine.run(
    `insert into mends
     select cast(regexp_extract(c${file.errorColumn + 1}, '^load ([0-9]{1,9}), ', 1) as integer) as load_id, count(*)
     from ${table} semi join ${file.dataset} as good on good.file_id = $fileId and good.line = ${table}.line
     where regexp_matches(c${file.errorColumn + 1}, '^load [0-9]{1,9}, ')
     group by load_id`,
    { fileId },
  );
}
