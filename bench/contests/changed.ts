import { join } from 'node:path';
import type { Contest, Stage } from '../contest.ts';
import { writeChangedRows } from '../files.ts';
import { eluteLoad, runElute } from '../rivals/elute.ts';
import { psqlChanged } from '../rivals/psql.ts';

const before = ({ files, folder, run }: Stage) =>
  writeChangedRows(files, join(folder, 'changed.csv'), run);

export const changed: Contest = {
  name: 'changed',
  text: 'A file of 1,000 changed experiments, spread over the stored ones.',
  files: 'clean',
  contestants: [
    {
      ...eluteLoad,
      before,
      stored: eluteLoad.command,
      command: (stage) => runElute(stage, 'load', join(stage.folder, 'changed.csv')),
    },
    { ...psqlChanged, before },
  ],
};
