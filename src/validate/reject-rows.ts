import type { Engine } from '../compute/engine.ts';
import type { DatasetName } from '../domain/datasets.ts';

/**
 * Takes the rows of the table `listed` (file_id, line, column_name, value, code, detail) out of their
 * dataset and makes them rejects; a row listed several times is one reject with several findings.
 */
export async function rejectListed(engine: Engine, dataset: DatasetName): Promise<void> {
  await engine.run(`
    insert into rejects
    select file_id, line,
      list({'column_name': column_name, 'value': value, 'code': code, 'detail': detail} order by column_name), null
    from listed group by file_id, line;
    delete from ${dataset} using listed
    where ${dataset}.file_id = listed.file_id and ${dataset}.line = listed.line;
    drop table listed`);
}
