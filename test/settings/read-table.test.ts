import { expect, test } from 'vitest';
import { makeSecretStore } from '../../src/secrets/make-secret.ts';
import { listFileKeys, readTable, type Sources } from '../../src/settings/read-table.ts';
import type { SettingTable } from '../../src/settings/setting.ts';
import { useFolders, writeFiles } from '../support/lab.ts';

const makeFolder = useFolders();

const table = {
  key: {
    flag: '--key <text>',
    fileFlag: '--key-file <path>',
    variable: 'THE_KEY',
    fileKey: 'the_key',
    help: 'a key',
    rule: 'must not be empty',
    parse: (text: string) => text || undefined,
    isSecret: true,
  },
} as const satisfies SettingTable;

type Given = Partial<Pick<Sources, 'flags' | 'variables' | 'file'>>;

/** Reads the key; the files of the test are named by what they hold. */
async function readKey(given: Given): Promise<{ text: string | undefined; faults: string[] }> {
  const faults: string[] = [];
  const secrets = makeSecretStore(async () => 'fetched');
  const none = { flags: {}, variables: {}, file: {} };
  const { key } = readTable(table, { ...none, ...given, secrets, faults });
  return { text: await key?.read(), faults };
}

function makeFiles(): Record<string, string> {
  const names = ['of-flag', 'of-variable', 'of-file'];
  const paths = writeFiles(
    makeFolder(),
    Object.fromEntries(names.map((name) => [name, `${name}\n`])),
  );
  return Object.fromEntries(names.map((name, index) => [name, paths[index] ?? '']));
}

test('from flag, variable and file, as text or by the name of a file, in this order', async () => {
  const files = makeFiles();
  const flags = { keyFile: files['of-flag'] };
  const variables = { THE_KEY_FILE: files['of-variable'] };
  const file = { the_key_file: files['of-file'] };
  const cases: [Given, string | undefined][] = [
    [{ flags, variables, file }, 'of-flag'],
    [{ flags: { key: 'a' }, variables, file }, 'a'],
    [{ flags, variables: { THE_KEY: 'b' }, file }, 'of-flag'],
    [{ variables, file }, 'of-variable'],
    [{ variables: { THE_KEY: 'b' }, file }, 'b'],
    [{ variables: { THE_KEY: '', THE_KEY_FILE: '' }, file }, 'of-file'],
    [{ file: { the_key: 'c' } }, 'c'],
    [{ file: { the_key: 'aws-secretsmanager:lab/key' } }, 'fetched'],
    [{}, undefined],
  ];
  for (const [given, text] of cases) expect(await readKey(given)).toEqual({ text, faults: [] });
});

test.each<[Given, string]>([
  [{ flags: { key: 'a', keyFile: 'f' } }, '--key and --key-file'],
  [{ variables: { THE_KEY: 'a', THE_KEY_FILE: 'f' } }, 'THE_KEY and THE_KEY_FILE'],
  [
    { file: { the_key: 'a', the_key_file: 'f' } },
    'the_key in elute.toml and the_key_file in elute.toml',
  ],
])('text and file at once are a fault: %j', async (given, places) => {
  const faults: string[] = [];
  const none = { flags: {}, variables: {}, file: {} };
  readTable(table, { ...none, ...given, secrets: makeSecretStore(), faults });
  expect(faults).toEqual([`${places} are both set. Take one of them away.`]);
});

test('what is wrong with a text joins the faults', async () => {
  expect(await readKey({ flags: { key: '' } })).toEqual({
    text: undefined,
    faults: ['--key must not be empty.'],
  });
});

test('the configuration file may name either', () => {
  expect(listFileKeys(table)).toEqual(['the_key', 'the_key_file']);
});
