import { expect, test } from 'vitest';
import { openDatabase } from '../../src/database/connection.ts';
import { findToken } from '../../src/database/tokens.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';
import { query } from '../support/database.ts';
import { useLabs } from './run-elute.ts';

const makeLab = useLabs();
const text = /^elute_\d+_[\w-]{43}$/;

/** What a token allows by now; undefined where it does not hold. */
async function scopesOf(url: string, token: string): Promise<readonly string[] | undefined> {
  const database = await openDatabase(makeFixedSecret(url));
  const found = await findToken(database, token).finally(() => database.close());
  return found?.scopes;
}

test('stdout is the text alone, stderr tells the rest; the database holds no text', async () => {
  const { run, url } = await makeLab();
  const made = await run('token', 'create', 'robot', '--scope', 'write');
  expect(made.exitCode).toBe(0);
  expect(made.stdout.trimEnd()).toMatch(text);
  expect(made.stderr).toBe(
    'Token 1 "robot" has the scope write until 2026-01-02 03:04:05. Keep its text: it is not shown again.\n',
  );
  expect(await scopesOf(url, made.stdout.trim())).toEqual(['write']);
  const [row] = await query<{ row: string }>(url, 'select t::text as row from elute.tokens t');
  const [, , secret = ''] = made.stdout.trim().split('_');
  expect(row?.row).not.toContain(secret);
});

test('as JSON, with all that is known of it', async () => {
  const { run, url } = await makeLab();
  const made = await run('token', 'create', ' lab  1 ', '--expires', '2w', '--json');
  const token = JSON.parse(made.stdout);
  expect(made.stderr).toBe('');
  expect(token).toMatchObject({ tokenId: 1, name: 'lab  1', scopes: ['read'] });
  const [row] = await query<{ days: number }>(
    url,
    `select extract(epoch from expires_at - created_at)::float / 86400 as days from elute.tokens`,
  );
  expect(row?.days).toBe(14);
  expect(await scopesOf(url, token.text)).toEqual(['read']);
});

test('the list says which hold; a revoked one holds no more', async () => {
  const { run, url } = await makeLab();
  expect((await run('token', 'list')).stdout).toBe('There are no tokens.\n');
  const first = (await run('token', 'create', 'first')).stdout.trim();
  await run('token', 'create', 'second', '--scope', 'admin', '--expires', '10y');
  await run('token', 'create', 'third', '--expires', '1h');
  await query(url, `update elute.tokens set expires_at = now() where name = 'third'`);
  expect(await scopesOf(url, first)).toEqual(['read']);
  expect(await run('token', 'revoke', '1')).toMatchObject({
    exitCode: 0,
    stdout: 'Token 1 is revoked.\n',
  });
  expect(await scopesOf(url, first)).toBeUndefined();
  const list = await run('token', 'list');
  expect(list.stdout).toMatchInlineSnapshot(`
    "token  name    scopes  state    created              expires              last used
        3  third   read    expired  2026-01-02 03:04:05  2026-01-02 03:04:05  -
        2  second  admin   holds    2026-01-02 03:04:05  2026-01-02 03:04:05  -
        1  first   read    revoked  2026-01-02 03:04:05  2026-01-02 03:04:05  2026-01-02 03:04:05
    "
  `);
  expect(list.stdout + list.stderr).not.toContain('elute_');
  const tokens: { tokenId: number; revokedAt?: string }[] = JSON.parse(
    (await run('token', 'list', '--json')).stdout,
  );
  expect(tokens.map(({ tokenId, revokedAt }) => [tokenId, revokedAt !== undefined])).toEqual([
    [3, false],
    [2, false],
    [1, true],
  ]);
});

test('revoking twice is no fault; revoking what never was is one', async () => {
  const { run } = await makeLab();
  await run('token', 'create', 'one');
  await run('token', 'revoke', '1');
  expect(await run('token', 'revoke', '1')).toMatchObject({ exitCode: 0 });
  expect(await run('token', 'revoke', '7')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'elute: There is no token 7. "elute token list" lists all.\n',
  });
});

test.each([
  [['create'], /missing required argument 'name'/],
  [['create', ' '], /Give a name of up to 100 characters/],
  [['create', 'x', '--scope', 'root'], /Allowed choices are read, write, admin/],
  [['create', 'x', '--expires', '11y'], /Give a time such as 12h, 90d, 8w or 1y, up to 10y/],
  [['create', 'x', '--expires', '0d'], /Give a time/],
  [['create', 'x', '--expires', 'never'], /Give a time/],
  [['revoke', 'x'], /Give a whole number from 1/],
])('refuses token %j', async (args, message) => {
  const { run } = await makeLab();
  const { exitCode, stdout, stderr } = await run('token', ...args);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});
