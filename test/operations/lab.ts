import { join } from 'node:path';
import type { Context } from '../../src/context.ts';
import type { Load } from '../../src/domain/load.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { applyPlan } from '../../src/operations/apply-plan.ts';
import { type LoadOptions, type LoadOutcome, loadFiles } from '../../src/operations/load-files.ts';
import { readLoads } from '../../src/operations/read-loads.ts';
import { type Undo, undoLoad } from '../../src/operations/undo-load.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { query, useDatabases } from '../support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  makeContext,
  useFolders,
  usersHeader,
  writeFiles,
} from '../support/lab.ts';

export type Files = Readonly<Record<string, string | Buffer>>;

/** Every row of a table as text, to the last bit. */
export type Tables = Readonly<Record<string, readonly string[]>>;

/** A folder and a database, and what a user does with them. */
export interface Lab {
  readonly url: string;
  readonly folder: string;
  readonly context: Context;
  path(name: string): string;
  write(files: Files): string[];
  /** Writes files and loads them, whatever is rejected. */
  load(files: Files, options?: LoadOptions): Promise<Load>;
  tryLoad(files: Files, options?: LoadOptions): Promise<LoadOutcome>;
  plan(files: Files, options?: LoadOptions): Promise<Planned>;
  apply(planId: number): Promise<Load>;
  undo(loadId: number): Promise<Undo>;
  receipt(loadId: number): Promise<Load>;
  /** How many figures differ from what the stored rows give. */
  verify(): Promise<number>;
  /** Rows with their places, features with their loads. */
  state(): Promise<Tables>;
  /** The same without numbers of loads and files. */
  values(): Promise<Tables>;
  query<Row extends Record<string, unknown>>(sql: string): Promise<Row[]>;
}

export interface Planned {
  readonly load: Load;
  readonly plan: Plan;
}

export function useLabs(): () => Promise<Lab> {
  const makeDatabase = useDatabases();
  const makeFolder = useFolders();
  return async () => makeLab(await makeDatabase(), makeFolder());
}

function makeLab(url: string, folder: string): Lab {
  const context = makeContext(url, folder);
  const write = (files: Files) => writeFiles(folder, files);
  const tryLoad = (files: Files, options?: LoadOptions) =>
    loadFiles(context, write(files), options);
  const load = async (files: Files, options?: LoadOptions) =>
    present((await tryLoad(files, options)).load);
  const receipt = async (loadId: number) => present((await readLoads(context, loadId))[0]);
  return {
    url,
    folder,
    context,
    path: (name) => join(folder, name),
    write,
    load,
    tryLoad,
    plan: async (files, options) => {
      const outcome = await tryLoad(files, { ...options, isPlan: true });
      return { load: present(outcome.load), plan: present(outcome.plan) };
    },
    apply: async (planId) => present((await applyPlan(context, planId)).load),
    undo: (loadId) => undoLoad(context, loadId),
    receipt,
    verify: async () => (await verifyFeatures(context)).differing,
    state: () => readTables(url, stored),
    values: () => readTables(url, values),
    query: (sql) => query(url, sql),
  };
}

const stored = {
  users: 'elute.users',
  compounds: 'elute.compounds',
  experiments: 'elute.experiments',
  user_features: 'elute.user_features',
  database_features: '(select avg_experiment_count from elute.database_features)',
};

const values = {
  users: '(select user_id, name, email, signup_date from elute.users)',
  compounds: '(select compound_id, compound_name, compound_structure from elute.compounds)',
  experiments:
    '(select experiment_id, user_id, experiment_compound_ids, experiment_run_time from elute.experiments)',
  features: 'elute.user_experiment_features',
  average: '(select avg_experiment_count from elute.database_features)',
};

/** Whatever a load may change beside its own place in the history. */
export const history = {
  ...stored,
  revision: 'elute.database_features',
  users_history: 'elute.users_history',
  compounds_history: 'elute.compounds_history',
  experiments_history: 'elute.experiments_history',
  user_features_history: 'elute.user_features_history',
};

export async function readTables(
  url: string,
  relations: Readonly<Record<string, string>>,
): Promise<Tables> {
  const read = async ([name, relation]: [string, string]) => {
    const rows = await query<{ row: string }>(
      url,
      `select t::text as row from ${relation} as t order by 1`,
    );
    return [name, rows.map(({ row }) => row)] as const;
  };
  return Object.fromEntries(await Promise.all(Object.entries(relations).map(read)));
}

export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('there is nothing');
  return value;
}

export const users = (...rows: string[]) => csv(usersHeader, ...rows);
export const compounds = (...rows: string[]) => csv(compoundsHeader, ...rows);
export const experiments = (...rows: string[]) => csv(experimentsHeader, ...rows);

/** Three scientists, three compounds, four experiments; Cy has none. */
export const base = {
  'users.csv': users(
    '1,Ada,ada@lab.example,2024-01-01',
    '2,Bo,bo@lab.example,2024-01-02',
    '3,Cy,cy@lab.example,2024-01-03',
  ),
  'compounds.csv': compounds('1,Water,H2O', '2,Salt,NaCl', '3,Gold,Au'),
  'experiments.csv': experiments('1,1,1;2,3', '2,1,1,4.5', '3,2,2;3,0.125', '4,2,3,0.1'),
};
