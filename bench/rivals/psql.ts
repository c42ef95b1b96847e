import type { Command, Contestant, Stage } from '../contest.ts';
import { scriptFile } from '../paths.ts';
import { readRows } from '../rows.ts';
import { needProgram } from './programs.ts';

const missing = needProgram('psql', 'postgresql-client');

/** The scripts name files of the current folder, as \copy knows no variables. */
export function runPsql({ url }: Stage, script: string, folder: string): Command {
  const options = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', scriptFile(script)];
  return { argv: ['psql', ...options, url], folder };
}

export const psqlAfter = makeLoader(
  'psql-after',
  '`\\copy`, indexes built afterwards',
  'keys; one bad cell ends it',
);
export const psqlBefore = makeLoader(
  'psql-before',
  '`\\copy` into tables with indexes',
  'keys; one bad cell ends it',
);
export const psqlChecked = makeLoader(
  'psql-checked',
  '`\\copy` as text, rows checked in SQL',
  'checks, keys; does not say what it drops',
);

function makeLoader(name: string, title: string, does: string): Contestant {
  return {
    name,
    title,
    does,
    missing,
    command: (stage) => runPsql(stage, `${name}.sql`, stage.files.folder),
    read: readRows('public'),
  };
}

/** A file `changed.csv` put over stored rows. */
export const psqlChanged: Contestant = {
  name: 'psql-upsert',
  title: '`\\copy`, then `insert … on conflict do update`',
  does: 'keys',
  missing,
  stored: (stage) => runPsql(stage, 'psql-after.sql', stage.files.folder),
  command: (stage) => runPsql(stage, 'psql-changed.sql', stage.folder),
  read: readRows('public'),
};
