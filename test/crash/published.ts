import { basename } from 'node:path';
import { query } from '../support/database.ts';
import type { Delivery } from './delivery.ts';
import {
  findContradictions,
  type Model,
  makeModel,
  storeLone,
  storeRows,
  undo,
} from './serial-model.ts';

/** Something published: a load, or the undo of one. */
export interface Publication {
  readonly load: number;
  readonly isUndo: boolean;
  readonly featuresOnly: boolean;
  readonly appliedPlan: number | null;
  /** Of its files, such as `NAME-users`. */
  readonly files: readonly string[];
}

/** All that was published, in order: each took its time under the publishing lock. */
export async function readPublications(url: string): Promise<Publication[]> {
  const rows = await query<Publication>(
    url,
    `select load_id as load, is_undo as "isUndo", features_only as "featuresOnly",
       applied_plan as "appliedPlan",
       array(select path from elute.load_files f where f.load_id = l.load_id order by file_id) as files
     from (
       select *, finished_at as at, false as is_undo from elute.loads where state in ('loaded', 'undone')
       union all select *, undone_at, true from elute.loads where state = 'undone'
     ) l order by at`,
  );
  return rows.map((row) => ({ ...row, files: row.files.map((path) => basename(path)) }));
}

/** What the model holds after them, how it counts the rows of each load's files, and what it would not have done. */
export function replay(
  publications: readonly Publication[],
  deliveries: ReadonlyMap<string, Delivery>,
) {
  const model = makeModel();
  const counts: Record<string, string> = {};
  const faults: string[] = [];
  for (const publication of publications) {
    const { load, isUndo } = publication;
    const found = isUndo
      ? undo(model, load)
      : store(model, { ...publication, deliveries }, (file, count) => {
          counts[`${load} ${file}`] = count;
        });
    faults.push(...found.map((fault) => `${isUndo ? 'undo of ' : ''}load ${load}: ${fault}`));
  }
  return { model, counts, faults };
}

type Store = Publication & { readonly deliveries: ReadonlyMap<string, Delivery> };

function store(
  model: Model,
  { load, featuresOnly, files, deliveries }: Store,
  onCount: (file: string, count: string) => void,
): string[] {
  const [name = ''] = files[0]?.split('-') ?? [];
  const delivery = deliveries.get(name);
  if (delivery === undefined) throw new Error(`nobody has loaded ${files}`);
  const tables = ['users', 'compounds', 'experiments'].filter((table) =>
    files.includes(`${name}-${table}`),
  );
  const keep = featuresOnly ? storeLone : storeRows;
  const counts = keep(model, { load, name, delivery, tables });
  for (const [file, count] of Object.entries(counts)) onCount(file, count);
  return findContradictions(model);
}
