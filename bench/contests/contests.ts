import type { Contest, Contestant } from '../contest.ts';
import { eluteLoad } from '../rivals/elute.ts';
import { duckdb, duckdbChecked, eluteFeatures, pandas, polars } from '../rivals/features.ts';
import { csvkit, dlt, pgloader, sling } from '../rivals/loaders.ts';
import { psqlAfter, psqlBefore, psqlChecked } from '../rivals/psql.ts';
import { readRows } from '../rows.ts';
import { changed } from './changed.ts';
import { start } from './start.ts';

const load: Contest = {
  name: 'load',
  text: 'All files into an empty database.',
  files: 'all',
  contestants: [
    eluteLoad,
    ...[psqlAfter, psqlBefore, psqlChecked],
    ...[pgloader, csvkit, dlt, sling],
  ],
};

const featuresOnly: Contest = {
  name: 'features-only',
  text: 'The derived table alone, computed from the files and stored in PostgreSQL. Where a program gives fewer features, those are compared.',
  files: 'all',
  contestants: [eluteFeatures, duckdb, duckdbChecked, polars, pandas],
};

const again: Contest = {
  name: 'again',
  text: 'The same files a second time, against reading every byte of them once.',
  files: 'clean',
  contestants: [
    {
      ...eluteLoad,
      does: 'finds out that nothing is new',
      stored: eluteLoad.command,
      read: readRows('elute'),
    },
    hashFiles('sha256sum', ['sha256sum']),
    hashFiles('openssl', ['openssl', 'dgst', '-sha256']),
  ],
};

function hashFiles(name: string, argv: readonly [string, ...string[]]): Contestant {
  return {
    name,
    title: `\`${argv.join(' ')}\``,
    does: 'hashes',
    command: ({ files }) => ({ argv: [...argv, ...Object.values(files.paths)] }),
  };
}

export const contests: readonly Contest[] = [load, featuresOnly, again, changed, start];
