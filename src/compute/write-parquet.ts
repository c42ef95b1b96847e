import type { Engine } from './engine.ts';
import { quoteText } from './quote.ts';

/** Writes rows of newline-delimited JSON as Parquet, in their order. `columns` are names with types. */
export async function writeParquet(
  engine: Engine,
  {
    from,
    to,
    columns,
  }: { from: string; to: string; columns: readonly (readonly [name: string, type: string])[] },
): Promise<void> {
  const types = columns.map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`).join(', ');
  await engine.run(
    `copy (
       select * from read_json(${quoteText(from)}, format = 'newline_delimited', columns = {${types}},
         maximum_object_size = 67108864)
     ) to ${quoteText(to)} (format parquet, compression zstd)`,
  );
}
