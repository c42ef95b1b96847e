import { expectFeatures, type Lab, type LabExperiment } from '../support/oracle.ts';
import type { Delivery } from './delivery.ts';

/** A value of a row, and the load that brought it. */
interface Version {
  readonly load: number;
  readonly value: string;
  readonly place: string;
}

/** Features that a features-only load computed for a user. */
interface LoneFeatures {
  readonly load: number;
  readonly features: Readonly<Record<string, unknown>>;
}

/** Rows by table and id with all their versions, the last one standing; the same for lone features. */
export interface Model {
  readonly rows: Map<string, Version[]>;
  readonly lone: Map<number, LoneFeatures[]>;
}

/** A load as the model takes it: which tables of which delivery, and what its files are called. */
export interface ModelLoad {
  readonly load: number;
  readonly name: string;
  readonly delivery: Delivery;
  readonly tables: readonly string[];
}

export function makeModel(): Model {
  return { rows: new Map(), lone: new Map() };
}

/** Stores the rows of a load; the counts of each of its files. */
export function storeRows(model: Model, load: ModelLoad): Record<string, string> {
  const counts = load.tables.map((table) => [
    `${load.name}-${table}`,
    storeTable(model, load, table),
  ]);
  return Object.fromEntries(counts);
}

/** Computes features of the users a load names, and stores no rows; the counts of each of its files. */
export function storeLone(model: Model, load: ModelLoad): Record<string, string> {
  const alone = { rows: new Map(model.rows) };
  const counts = load.tables.map((table) => {
    const all = listRows(load.delivery, table);
    const good = all.filter(({ names }) => names.every((key) => isStored(alone, key)));
    for (const { id, value } of good)
      alone.rows.set(`${table} ${id}`, [{ load: load.load, value, place: '' }]);
    return [`${load.name}-${table}`, `0 0 0 ${all.length - good.length} ${good.length}`];
  });
  const isOwn = ([key, versions]: [string, Version[]]) =>
    key.startsWith('compounds') || versions.at(-1)?.load === load.load;
  const own = { rows: new Map([...alone.rows].filter(isOwn)) };
  const lab = readLab(own);
  const users = [...new Set([...lab.users, ...lab.experiments.map(({ user }) => user)])];
  for (const features of expectFeatures({ ...lab, users })) {
    const user = Number(features['user_id']);
    model.lone.set(user, [...(model.lone.get(user) ?? []), { load: load.load, features }]);
  }
  return Object.fromEntries(counts);
}

/** Takes back a load; what should have forbidden it. */
export function undo(model: Model, load: number): string[] {
  const buried = [...unwind(model.rows, load), ...unwind(model.lone, load)];
  return [...buried.map((key) => `${key} was changed again`), ...findContradictions(model)];
}

/** What may never be: rows that name others which are not there, features that hide rows. */
export function findContradictions(model: Model): string[] {
  const { experiments } = readLab(model);
  return experiments.flatMap(({ id, user, compounds }) => [
    ...namesOf(user, compounds)
      .filter((key) => !isStored(model, key))
      .map((key) => `experiment ${id} names ${key}`),
    ...(model.lone.has(user)
      ? [`experiment ${id} is hidden by lone features of user ${user}`]
      : []),
  ]);
}

/** Removes the versions of a load; the keys of those that are not the last. */
function unwind<Key>(versions: Map<Key, { readonly load: number }[]>, load: number): string[] {
  const buried: string[] = [];
  for (const [key, all] of versions) {
    const at = all.findIndex((version) => version.load === load);
    if (at < 0) continue;
    if (at < all.length - 1) buried.push(String(key));
    all.splice(at, 1);
    if (all.length === 0) versions.delete(key);
  }
  return buried;
}

/** What is stored: value and place by table and id. */
export function readModelRows({ rows }: Model): Record<string, string> {
  return Object.fromEntries(
    [...rows].map(([key, versions]) => {
      const { value, place } = versions.at(-1) as Version;
      return [key, `${value} ${place}`];
    }),
  );
}

/** The rows of `user_experiment_features`, by user id. */
export function readModelFeatures(model: Model): Record<string, unknown>[] {
  const lab = readLab(model);
  const users = lab.users.filter((user) => !model.lone.has(user));
  const lone = [...model.lone.values()].map((all) => all.at(-1)?.features ?? {});
  const all = [...expectFeatures({ ...lab, users }), ...lone];
  const total = all.reduce((sum, row) => sum + Number(row['total_exp_per_user']), 0);
  return all
    .map((row): Record<string, unknown> => ({ ...row, avg_experiment_count: total / all.length }))
    .sort((a, b) => Number(a['user_id']) - Number(b['user_id']));
}

interface Row {
  readonly id: number;
  readonly value: string;
  /** The rows it names. */
  readonly names: readonly string[];
}

function listRows({ users, compounds, experiments }: Delivery, table: string): Row[] {
  if (table === 'users') return users.map(({ id, name }) => ({ id, value: name, names: [] }));
  if (table === 'compounds')
    return compounds.map(({ id, name }) => ({ id, value: name, names: [] }));
  return experiments.map(({ id, user, compounds: used, time }) => ({
    id,
    value: `${user} ${used.join(';')} ${time}`,
    names: namesOf(user, used),
  }));
}

function namesOf(user: number, compounds: readonly number[]): string[] {
  return [`users ${user}`, ...compounds.map((id) => `compounds ${id}`)];
}

function isStored({ rows }: Pick<Model, 'rows'>, key: string): boolean {
  return rows.has(key);
}

function storeTable(model: Model, { load, name, delivery }: ModelLoad, table: string): string {
  const count = { inserted: 0, updated: 0, unchanged: 0, rejected: 0, computed: 0 };
  for (const [line, { id, value, names }] of listRows(delivery, table).entries()) {
    const key = `${table} ${id}`;
    const versions = model.rows.get(key) ?? [];
    const isKnown = names.every((named) => isStored(model, named));
    const fate = isKnown ? compare(versions.at(-1)?.value, value) : 'rejected';
    count[fate]++;
    if (fate === 'inserted' || fate === 'updated')
      model.rows.set(key, [...versions, { load, value, place: `${name}-${table}:${line + 2}` }]);
  }
  return Object.values(count).join(' ');
}

function compare(old: string | undefined, value: string): 'inserted' | 'unchanged' | 'updated' {
  if (old === undefined) return 'inserted';
  return old === value ? 'unchanged' : 'updated';
}

function readLab(model: Pick<Model, 'rows'>): Lab {
  const of = (table: string) =>
    [...model.rows]
      .filter(([key]) => key.startsWith(`${table} `))
      .map(([key, all]) => ({ id: Number(key.split(' ')[1]), value: all.at(-1)?.value ?? '' }));
  return {
    users: of('users').map(({ id }) => id),
    compounds: new Map(of('compounds').map(({ id, value }) => [id, value])),
    experiments: of('experiments').map(parseExperiment),
  };
}

function parseExperiment({ id, value }: { id: number; value: string }): LabExperiment {
  const [user, compounds = '', time] = value.split(' ');
  const used = compounds.split(';').map(Number);
  return { id, user: Number(user), compounds: used, time: Number(time) };
}

export function permute(numbers: readonly number[]): number[][] {
  if (numbers.length < 2) return [[...numbers]];
  return numbers.flatMap((first) =>
    permute(numbers.filter((number) => number !== first)).map((rest) => [first, ...rest]),
  );
}
