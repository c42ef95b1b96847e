import { createReadStream, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Case } from './contest.ts';
import { callElute } from './server.ts';

export const tables = ['users', 'compounds', 'experiments'] as const;
export type Table = (typeof tables)[number];

export interface LabFiles {
  readonly folder: string;
  readonly paths: Readonly<Record<Table, string>>;
  readonly rows: Readonly<Record<Table, number>>;
  readonly sizeBytes: number;
}

const changedRows = 1000;

/** A hundred experiments a user, and a thousand compounds. Files that are there already are used again. */
export async function generateFiles(
  directory: string,
  { experiments, shape, bad }: Omit<Case, 'contest'>,
): Promise<LabFiles> {
  const rows = { users: Math.ceil(experiments / 100), compounds: 1000, experiments };
  const folder = join(directory, 'files', `${experiments}-${shape}-${bad}`);
  const paths = {
    users: join(folder, 'users.csv'),
    compounds: join(folder, 'compounds.csv'),
    experiments: join(folder, 'user_experiments.csv'),
  };
  if (!existsSync(folder)) {
    const options = { ...rows, 'bad-rows': bad * 100, skew: shape === 'skewed' ? 1 : 0 };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    await callElute(directory, ['generate', folder, ...args]);
  }
  const sizeBytes = tables.reduce((sum, table) => sum + statSync(paths[table]).size, 0);
  return { folder, paths, rows, sizeBytes };
}

/** A file of evenly spread experiments with a run time that no other run gives them. */
export async function writeChangedRows(files: LabFiles, path: string, run: number): Promise<void> {
  const step = Math.max(1, Math.floor(files.rows.experiments / changedRows));
  const changed: string[] = [];
  let line = -1;
  for await (const text of createInterface({ input: createReadStream(files.paths.experiments) })) {
    line += 1;
    if (line === 0) changed.push(text);
    else if (line % step === 0) changed.push(text.replace(/[^,]*$/, `${1000 + run}.25`));
    if (changed.length > changedRows) break;
  }
  writeFileSync(path, `${changed.join('\n')}\n`);
}
