import { execFile } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Stage } from './contest.ts';
import { eluteProgram } from './paths.ts';

/** Standard output of a command on the embedded server of a directory. */
export async function callElute(directory: string, args: readonly string[]): Promise<string> {
  const command = [eluteProgram, '--directory', directory, ...args];
  const env = { ...process.env, DATABASE_URL: '' };
  return (await promisify(execFile)(process.execPath, command, { env })).stdout;
}

export interface Server {
  readonly directory: string;
  readonly version: string;
  /** The process that all others of the server come from. */
  readonly processId: number;
  /** Makes an empty database, or a copy of one, on a server whose pages have been written. */
  makeDatabase(name: string, template?: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
}

/** The embedded server of a directory; `elute database stop` ends it. */
export async function startServer(directory: string): Promise<Server> {
  const url = (await callElute(directory, ['database', 'url'])).trim();
  const run = (sql: string) => queryRows(url, sql);
  const settings = await run(
    `select
      current_setting('server_version') as version,
      current_setting('data_directory') as data,
      current_setting('unix_socket_directories') as sockets,
      current_setting('port') as port`,
  );
  const { version, data, sockets, port } = settings[0] ?? {};
  const link = join(directory, '.s.PGSQL.5432');
  rmSync(link, { force: true });
  symlinkSync(join(String(sockets), `.s.PGSQL.${port}`), link);
  const pidFile = readFileSync(join(String(data), 'postmaster.pid'), 'utf8');
  return {
    directory,
    version: String(version),
    processId: Number.parseInt(pidFile, 10),
    async makeDatabase(name, template) {
      const source = template === undefined ? '' : ` template ${template} strategy file_copy`;
      await run(`create database ${name}${source}`);
      await run('checkpoint');
      return url.replace('/elute?', `/${name}?`);
    },
    async dropDatabase(name) {
      await run(`drop database if exists ${name} with (force)`);
    },
  };
}

/** Where the server is found at the usual port, for programs that know no other one for a socket. */
export function socketFolder({ serverDirectory }: Stage): string {
  return serverDirectory;
}

export async function queryRows(
  url: string,
  sql: string,
): Promise<Record<string, string | number | null>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
