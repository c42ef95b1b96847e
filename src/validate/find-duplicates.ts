import type { Engine } from '../compute/engine.ts';
import type { Dataset } from '../domain/datasets.ts';
import { rejectListed } from './reject-rows.ts';

/** How many of the contradicting rows a reject names. */
const namedRows = 5;

/**
 * Of rows with the same id that are equal, the first stays and the others count as duplicates. Rows
 * with the same id that contradict each other are all rejected, each naming the others.
 */
export async function findDuplicates(engine: Engine, dataset: Dataset): Promise<void> {
  const { name, key } = dataset;
  if (await isRising(engine, dataset)) return;
  const repeated = await engine.run(`
    create table repeated_ids as select ${key} from ${name} group by ${key} having count(*) > 1`);
  if (repeated > 0) await settleRepeated(engine, dataset);
  await engine.run('drop table repeated_ids');
}

/** Ids of which each is greater than the one before repeat nothing; to see that costs a fiftieth of counting. */
async function isRising(engine: Engine, { name, key }: Dataset): Promise<boolean> {
  const falls = await engine.rows(
    `select 1 as fall from (select ${key} <= lag(${key}) over () as falls from ${name}) where falls limit 1`,
  );
  return falls.length === 0;
}

async function settleRepeated(engine: Engine, { name, key, columns }: Dataset): Promise<void> {
  const cells = columns.map((column) => `'${column.name}': ${column.name}`);
  await engine.run(`
    create table repeated as
    select file_id, line, ${key} as id, {${cells.join(', ')}} as cells from ${name} semi join repeated_ids using (${key});
    create table conflicts as
    select id, list(place order by file_id, line) as places
    from (select *, prefix || line as place from repeated join files using (file_id))
    group by id having count(distinct cells) > 1;
    insert into duplicates
    select file_id, line from (
      select *, row_number() over (partition by id order by file_id, line) as position
      from repeated anti join conflicts using (id)
    ) where position > 1;
    create table listed as
    select file_id, line, '${key}' as column_name, cast(id as varchar) as value, 'conflicting_duplicate' as code,
      name_places(list_filter(places, lambda place: place <> prefix || line), ${namedRows}) as detail
    from repeated join conflicts using (id) join files using (file_id);
    delete from ${name} using duplicates
    where ${name}.file_id = duplicates.file_id and ${name}.line = duplicates.line;`);
  await rejectListed(engine, name);
  await engine.run('drop table repeated; drop table conflicts');
}
