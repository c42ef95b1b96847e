import { spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, openAccount } from '../../src/database/embedded/account.ts';
import { type Binaries, openBinaries } from '../../src/database/embedded/binaries.ts';
import { runCommand, serverEnvironment } from '../../src/database/embedded/command.ts';

/** What the image of PostgreSQL does with its variables when its container starts. */
export async function startPostgres(
  variables: Readonly<Record<string, string>>,
  { data, port }: { data: string; port: number },
) {
  const binaries = await openBinaries();
  const account = await openAccount({ home: join(data, '..'), data, log: '' }, binaries);
  if (!existsSync(join(data, 'PG_VERSION')))
    await makeCluster(variables, { binaries, account, data });
  const [program = '', ...args] = [
    ...account.prefix,
    binaries.postgres,
    ...['-D', data, '-p', `${port}`, '-k', ''],
    // Neither a crash of this machine nor the speed of its disk is what is tested.
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
  ];
  return spawn(program, args, { cwd: '/', env: serverEnvironment, stdio: 'ignore' });
}

interface Cluster {
  readonly binaries: Binaries;
  readonly account: Account;
  readonly data: string;
}

async function makeCluster(
  variables: Readonly<Record<string, string>>,
  { binaries, account, data }: Cluster,
): Promise<void> {
  const { POSTGRES_USER = '', POSTGRES_DB = '', POSTGRES_PASSWORD_FILE = '' } = variables;
  if (readFileSync(POSTGRES_PASSWORD_FILE, 'utf8') === '') throw new Error('the password is empty');
  if (account.owner) chownSync(data, account.owner.uid, account.owner.gid);
  const made = await runCommand([
    ...account.prefix,
    binaries.initdb,
    ...['--pgdata', data, '--username', POSTGRES_USER, '--pwfile', POSTGRES_PASSWORD_FILE],
    ...['--auth-host', 'scram-sha-256', '--auth-local', 'trust', '--no-sync', '--no-instructions'],
  ]);
  if (!made.succeeded) throw new Error(made.output);
  const single = [binaries.postgres, '--single', '-c', 'exit_on_error=on', '-D', data, 'postgres'];
  const created = await runCommand(
    [...account.prefix, ...single],
    `create database "${POSTGRES_DB}";\n`,
  );
  if (!created.succeeded) throw new Error(created.output);
}
