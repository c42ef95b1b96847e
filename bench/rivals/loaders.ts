import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Stage } from '../contest.ts';
import { scriptFile } from '../paths.ts';
import { readRows } from '../rows.ts';
import { socketFolder } from '../server.ts';
import { csvsql, findSling, needModule, needProgram, python } from './programs.ts';
import { runPsql } from './psql.ts';

export const pgloader: Contestant = {
  name: 'pgloader',
  title: 'pgloader',
  does: 'keys; sets unreadable rows aside',
  isExtra: true,
  missing: needProgram('pgloader', 'pgloader'),
  stored: (stage) => runPsql(stage, 'empty.sql', stage.folder),
  command: (stage) => ({
    argv: ['pgloader', '--root-dir', stage.folder, scriptFile('tables.load')],
    env: {
      LAB_FILES: stage.files.folder,
      LAB_TARGET: `postgresql://elute@unix:${socketFolder(stage)}:5432/${databaseOf(stage)}`,
    },
  }),
  read: readRows('public'),
};

export const csvkit: Contestant = {
  name: 'csvkit',
  title: 'csvkit (`csvsql --insert --no-inference`)',
  does: 'all columns text; no keys',
  isExtra: true,
  missing: needModule('csvkit'),
  command: (stage) => ({
    argv: [
      csvsql,
      ...['--insert', '--no-constraints', '--no-inference', '--db'],
      `postgresql+psycopg2://elute@/${databaseOf(stage)}?host=${socketFolder(stage)}`,
      ...Object.values(stage.files.paths),
    ],
  }),
  read: readRows('public', { experiments: 'user_experiments' }),
};

export const dlt: Contestant = {
  name: 'dlt',
  title: 'dlt (Arrow tables, CSV files, COPY)',
  does: 'types; no keys',
  isExtra: true,
  missing: needModule('dlt'),
  async before({ folder }) {
    rmSync(join(folder, 'state'), { recursive: true, force: true });
  },
  command: (stage) => ({
    argv: [
      ...([python, scriptFile('dlt_load.py'), join(stage.folder, 'state')] as const),
      // It demands a host, a port and a password; the last word has the parameter.
      `postgresql://elute:-@localhost:5432/${databaseOf(stage)}?host=${socketFolder(stage)}`,
    ],
    env: { RUNTIME__DLTHUB_TELEMETRY: 'false' },
    folder: stage.files.folder,
  }),
  read: readRows('lab'),
};

export const sling: Contestant = {
  name: 'sling',
  title: 'sling (`full-refresh`)',
  does: 'types; no keys',
  isExtra: true,
  missing: needModule('sling_linux_amd64'),
  command: (stage) => ({
    argv: [
      ...(['sh', scriptFile('sling.sh'), findSling()] as const),
      `postgresql://elute@/${databaseOf(stage)}?host=${socketFolder(stage)}&sslmode=disable`,
    ],
    env: { SLING_HOME_DIR: stage.folder },
    folder: stage.files.folder,
  }),
  read: readRows('public'),
};

function databaseOf({ url }: Stage): string {
  return new URL(url.replace('@/', '@localhost/')).pathname.slice(1);
}
