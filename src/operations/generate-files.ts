import { accessSync, constants, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quoteText } from '../compute/quote.ts';
import { type Context, withEngine } from '../context.ts';
import { EluteError } from '../errors.ts';
import { readStatement } from '../statements.ts';

export interface GenerateOptions {
  readonly users: number;
  readonly experiments: number;
  readonly compounds: number;
  /** Share of the experiments that get a fault, 0 to 1. */
  readonly badRows: number;
  /** How unevenly the compounds are used: the one of rank k about k^-skew as often as the first; 0 for evenly. */
  readonly skew?: number;
  readonly seed: number;
  readonly force?: boolean;
}

/** File name, and the statement in `sql/generate` that gives its rows. */
const files = {
  users: 'users.csv',
  compounds: 'compounds.csv',
  experiments: 'user_experiments.csv',
};

/**
 * Writes the three files of a made-up lab, the same for the same options. Throws `output_exists` where
 * a file is there already, and `output_unwritable`.
 */
export async function generateFiles(
  context: Context,
  folder: string,
  { force, ...parameters }: GenerateOptions,
): Promise<{ path: string; rows: number }[]> {
  const targets = Object.entries(files).map(([name, file]) => ({ name, path: join(folder, file) }));
  const existing = targets.find(({ path }) => !force && existsSync(path));
  if (existing !== undefined) {
    throw new EluteError(
      'output_exists',
      `${existing.path} exists. Name another folder, or overwrite it with --force.`,
    );
  }
  makeFolder(folder);
  return withEngine(context, async (engine) => {
    try {
      const written: { path: string; rows: number }[] = [];
      for (const { name, path } of targets) {
        const select = withParameters(readStatement(`generate/${name}.sql`), {
          skew: 0,
          ...parameters,
        });
        const rows = await engine.run(
          `copy (${select}) to ${quoteText(path)} (format csv, header)`,
        );
        written.push({ path, rows });
      }
      return written;
    } catch (error) {
      // Cut files would look like good ones.
      for (const { path } of targets) rmSync(path, { force: true });
      throw error;
    }
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EluteError(
      'output_unwritable',
      `The folder ${folder} cannot be written to: ${reason}. Name another one.`,
      { cause },
    );
  }
}

/** COPY takes no parameters; these are numbers. */
function withParameters(sql: string, parameters: Readonly<Record<string, number>>): string {
  return sql.replaceAll(/\$(\w+)/g, (_, name: string) => String(parameters[name]));
}
