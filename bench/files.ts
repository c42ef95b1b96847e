import { statSync } from 'node:fs';
import { join } from 'node:path';
import { callElute } from './elute.ts';

export const tables = ['users', 'compounds', 'experiments'] as const;
export type Table = (typeof tables)[number];

/** Generated files without a bad row. */
export interface LabFiles {
  readonly folder: string;
  readonly paths: Readonly<Record<Table, string>>;
  readonly rows: Readonly<Record<Table, number>>;
  readonly sizeBytes: number;
}

/** A hundred experiments a user, and a thousand compounds. */
export async function generateFiles(directory: string, experiments: number): Promise<LabFiles> {
  const rows = { users: Math.ceil(experiments / 100), compounds: 1000, experiments };
  const sizes = tables.flatMap((table) => [`--${table}`, String(rows[table])]);
  const folder = join(directory, 'files');
  await callElute(directory, ['generate', folder, ...sizes]);
  const paths = {
    users: join(folder, 'users.csv'),
    compounds: join(folder, 'compounds.csv'),
    experiments: join(folder, 'user_experiments.csv'),
  };
  const sizeBytes = tables.reduce((sum, table) => sum + statSync(paths[table]).size, 0);
  return { folder, paths, rows, sizeBytes };
}
