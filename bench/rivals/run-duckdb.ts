import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { scriptFile } from '../paths.ts';

/** Slices pay where the groups outgrow the caches; a small file is counted sooner at once. */
const slices = statSync('user_experiments.csv').size > 1e8 ? 16 : 1;

/**
 * `node run-duckdb.js SCRIPT FOLDER URL` reads the files of the current folder by a script of DuckDB, computes
 * the features, with the statements under "each slice" once for every slice, and copies them to PostgreSQL.
 */
async function main([script = '', folder = '', url = '']: readonly string[]): Promise<void> {
  const file = join(folder, 'features.csv');
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(readScript(script));
  const [before = '', each = '', after = ''] = readScript('duckdb-features.sql').split(
    /^-- (?:each slice|at the end)$/m,
  );
  await duckdb.run(before);
  for (let slice = 0; slice < slices; slice += 1) {
    await duckdb.run(
      each.replaceAll('$slices', String(slices)).replaceAll('$slice', String(slice)),
    );
  }
  await duckdb.run(after);
  await duckdb.run(`copy features to '${file}' (format csv, header)`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(readScript('features.sql'));
  const target = client.query(copyFrom('copy features from stdin (format csv, header)'));
  await pipeline(createReadStream(file), target);
  await client.end();
  rmSync(file);
}

function readScript(name: string): string {
  return readFileSync(scriptFile(name), 'utf8');
}

await main(process.argv.slice(2));
