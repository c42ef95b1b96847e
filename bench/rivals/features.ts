import type { Contestant } from '../contest.ts';
import { readFigures } from '../figures.ts';
import { duckdbRunner, scriptFile } from '../paths.ts';
import { runElute } from './elute.ts';
import { needModule, python } from './programs.ts';

export const eluteFeatures: Contestant = {
  name: 'elute',
  title: '`elute load --features-only`',
  does: 'checks, 11 features, receipt',
  command: (stage) => runElute(stage, 'load', '--features-only', stage.files.folder),
  read: readFigures('elute.user_experiment_features'),
};

export const duckdb = makeDuckdb('duckdb', 'DuckDB, by hand', '9 features; one bad cell ends it');
export const duckdbChecked = makeDuckdb(
  'duckdb-checked',
  'DuckDB, by hand, rows checked',
  'checks, 9 features; does not say what it drops',
);

function makeDuckdb(name: string, title: string, does: string): Contestant {
  return {
    name,
    title,
    does,
    command: ({ folder, files, url }) => ({
      argv: [process.execPath, duckdbRunner, `${name}.sql`, folder, url],
      folder: files.folder,
    }),
    read: readFigures('features'),
  };
}

export const polars: Contestant = {
  name: 'polars',
  title: 'polars, streaming',
  does: '9 features; one bad cell ends it',
  isExtra: true,
  missing: needModule('polars, psycopg2'),
  command: ({ files, url }) => ({
    argv: [python, scriptFile('polars_features.py'), scriptFile('features.sql'), url],
    folder: files.folder,
  }),
  read: readFigures('features'),
};

export const pandas: Contestant = {
  name: 'pandas',
  title: 'pandas, rows inserted one by one',
  does: '4 features; one bad cell ends it',
  isExtra: true,
  missing: needModule('pandas, psycopg2'),
  command: ({ files, url }) => ({
    argv: [python, scriptFile('pandas_features.py'), url],
    folder: files.folder,
  }),
  read: readFigures('features', [
    'user_id',
    'total_exp_per_user',
    'avg_exp_time_per_user',
    'most_consumed_compound',
    'most_consumed_compound_name',
  ]),
};
