import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer, stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { query } from './database.ts';
import { withDatabaseName } from './server.ts';

/** A PostgreSQL server whose users log in with passwords; `elute`, who owns it, needs none. */
export interface LoginServer {
  /** The address of its owner. */
  readonly owner: string;
  /** The address of the database `lab`, without a user. */
  readonly lab: string;
  /** Runs one statement as the owner. */
  readonly administer: (sql: string) => Promise<void>;
  /** Ends the connections of all users but the owner. */
  readonly disconnect: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Stops it for good. */
  readonly remove: () => Promise<void>;
}

/** Starts one with the users `ada` and `bo`, who have the rights of the role `lab` on the database `lab`. */
export async function startLoginServer(password: string): Promise<LoginServer> {
  const directory = mkdtempSync(join(tmpdir(), 'elute-login-'));
  const owner = await startEmbeddedServer(directory);
  const rules = join(directory, 'postgres', 'data', 'pg_hba.conf');
  writeFileSync(rules, `local all ada,bo scram-sha-256\n${readFileSync(rules, 'utf8')}`);
  const administer = async (sql: string) => void (await query(owner, sql));
  for (const sql of [
    'select pg_reload_conf()',
    'create role lab',
    'create database lab owner lab',
    // What they make belongs to the role they share, as with users that take turns.
    ...['ada', 'bo'].flatMap((user) => [
      `create role ${user} login in role lab password '${password}'`,
      `alter role ${user} set role lab`,
    ]),
  ])
    await administer(sql);
  return {
    owner,
    lab: withDatabaseName(owner, 'lab').replace('//elute@', '//'),
    administer,
    disconnect: () =>
      administer(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename in ('ada', 'bo')`,
      ),
    start: async () => void (await startEmbeddedServer(directory)),
    stop: async () => void (await stopEmbeddedServer(directory)),
    remove: async () => {
      await stopEmbeddedServer(directory);
      rmSync(directory, { recursive: true });
    },
  };
}
