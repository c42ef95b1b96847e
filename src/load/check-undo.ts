import type { Client } from '../database/connection.ts';
import { type DatasetName, datasetNames, datasets } from '../domain/datasets.ts';
import { EluteError } from '../errors.ts';

/** Something that stands in the way of an undo, and the load it came with. */
interface Obstacle {
  readonly what: string;
  readonly load_id: number;
}

const named = 5;

/** Refuses an undo where a later load changed the same rows again. */
export async function checkUnchanged(client: Client, loadId: number): Promise<void> {
  const changed = datasetNames.map(
    (name) => `
      select '${datasets[name].noun} ' || h.${datasets[name].key} || ' was changed again' as what, h.ended_by as load_id
      from elute.${name}_history h join undone_files using (file_id) where not h.is_undone`,
  );
  const createdAgain = datasetNames.map((name) => selectCreatedAgain(name, loadId));
  const features = `
    select 'the features of user ' || user_id || ' were computed again', ended_by
    from elute.user_features_history
    where load_id = ${loadId}
      and (select features_only from elute.loads where load_id = ${loadId})`;
  await refuseOver(client, loadId, [...changed, ...createdAgain, features].join(' union all '));
}

/**
 * A row that the load deleted has its id back, or had it for a while: the versions of a row never overlap.
 * Loads are published one after the other, so that the times of their ends tell their order.
 */
function selectCreatedAgain(name: DatasetName, loadId: number): string {
  const { noun, key } = datasets[name];
  return `
    select '${noun} ' || lost.${key} || ' was created again', coalesce(lost.load_id, gone.ended_by)
    from (
      select r.${key}, f.load_id
      from restored_${name} r
      left join (elute.${name} t join elute.load_files f using (file_id)) using (${key})
      where f.load_id is distinct from ${loadId}
    ) lost
    left join lateral (
      select h.ended_by
      from elute.${name}_history h join elute.loads l on l.load_id = h.ended_by
      where lost.load_id is null and h.${key} = lost.${key} and not h.is_undone
        and l.finished_at > (select finished_at from elute.loads where load_id = ${loadId})
      order by l.finished_at desc limit 1
    ) gone on true
    where coalesce(lost.load_id, gone.ended_by) is not null
      and not exists (
        select from elute.${name}_history own join undone_files using (file_id)
        where own.${key} = lost.${key} and not own.is_undone
      )`;
}

/** Refuses an undo after which a row would name a user or compound that is not there. Call it when the rows are back. */
export async function checkReferences(client: Client, loadId: number): Promise<void> {
  await refuseOver(
    client,
    loadId,
    `select 'experiment ' || e.experiment_id || ' names user ' || e.user_id, f.load_id
     from elute.experiments e join removed_users using (user_id) join elute.load_files f using (file_id)
     union all
     select 'the features of user ' || o.user_id || ' stand without rows', o.load_id
     from elute.features_only_users o join removed_users using (user_id) where o.load_id > ${loadId}
     union all
     select 'experiment ' || r.experiment_id || ' would name user ' || r.user_id || ', who is gone',
       ${whoDeleted('users', 'r.user_id')}
     from restored_experiments r join elute.load_files f using (file_id)
     where not exists (select from elute.users u where u.user_id = r.user_id)
     union all
     select 'experiment ' || r.experiment_id || ' would return to user ' || r.user_id || ', whose features stand without rows', o.load_id
     from restored_experiments r join elute.features_only_users o using (user_id)
     union all
     select 'experiment ' || r.experiment_id || ' would name compound ' || c.compound_id || ', which is gone',
       ${whoDeleted('compounds', 'c.compound_id')}
     from restored_experiments r
     cross join unnest(elute.compound_ids(r.experiment_compound_ids)) as c (compound_id)
     join elute.load_files f using (file_id)
     where not exists (select from elute.compounds s where s.compound_id = c.compound_id)`,
  );
  const { rowCount } = await client.query('select from removed_compounds limit 1');
  if (rowCount === 0) return;
  await refuseOver(
    client,
    loadId,
    `select distinct 'experiment ' || e.experiment_id || ' names compound ' || c.compound_id, f.load_id
     from elute.experiments e
     cross join unnest(elute.compound_ids(e.experiment_compound_ids)) as c (compound_id)
     join removed_compounds using (compound_id)
     join elute.load_files f using (file_id)`,
  );
}

/** The load that deleted a row, or else the one that brought what names it. */
function whoDeleted(name: DatasetName, id: string): string {
  return `coalesce(
    (select max(h.ended_by) from elute.${name}_history h where h.${datasets[name].key} = ${id} and not h.is_undone),
    f.load_id
  )`;
}

async function refuseOver(client: Client, loadId: number, obstacles: string): Promise<void> {
  const { rows } = await client.query<Obstacle & { total: number; loads: number[] }>(
    `select what, load_id, count(*) over () as total, array_agg(load_id) over () as loads
     from (${obstacles}) as obstacles (what, load_id) order by load_id desc, what limit ${named}`,
  );
  const [first] = rows;
  if (first === undefined) return;
  const listed = rows.map(({ what, load_id }) => `${what} (load ${load_id})`).join('; ');
  const more = first.total > rows.length ? `; and ${first.total - rows.length} more` : '';
  const loads = [...new Set(first.loads)].sort((a, b) => b - a);
  throw new EluteError(
    'undo_refused',
    `Load ${loadId} cannot be undone, nothing was changed: ${listed}${more}. Undo load ${loads.join(', then ')} first.`,
  );
}
