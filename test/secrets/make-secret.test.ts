import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSecret, makeSecretStore } from '../../src/secrets/make-secret.ts';
import { useFolders, writeFiles } from '../support/lab.ts';

const makeFolder = useFolders();
const rule = {
  rule: 'must have 4 characters',
  parse: (text: string) => (text.length === 4 ? text : undefined),
};

/** Secrets Manager with what the test puts there, and what it was asked for. */
function makeLab(kept: Record<string, string>) {
  const asked: string[] = [];
  const store = makeSecretStore(async (name) => {
    asked.push(name);
    return kept[name] ?? '';
  });
  return { asked, kept, store };
}

test('a text is the secret, checked at once', async () => {
  const { store } = makeLab({});
  const secret = makeSecret({ place: 'THE_KEY', text: 'abcd' }, rule, store);
  expect([await secret.read(), await secret.refresh()]).toEqual(['abcd', 'abcd']);
  expect(() => makeSecret({ place: 'THE_KEY', text: 'marker' }, rule, store)).toThrow(
    /^THE_KEY must have 4 characters\.$/,
  );
});

test.each([
  ['abcd', 'abcd'],
  ['abcd\n', 'abcd'],
  ['abcd\r\n', 'abcd'],
  ['abc\n\n', 'abc\n'],
])('the file %j holds %j', async (content, text) => {
  const [path = ''] = writeFiles(makeFolder(), { key: content });
  const secret = makeSecret({ place: 'THE_KEY_FILE', path }, rule, makeLab({}).store);
  expect(await secret.read()).toBe(text);
});

test('a file is read again', async () => {
  const folder = makeFolder();
  const [path = ''] = writeFiles(folder, { key: 'abcd' });
  const secret = makeSecret({ place: 'THE_KEY_FILE', path }, rule, makeLab({}).store);
  expect(await secret.read()).toBe('abcd');
  writeFiles(folder, { key: 'efgh' });
  expect([await secret.read(), await secret.refresh()]).toEqual(['efgh', 'efgh']);
});

test('a file that is wrong or cannot be read is named, its content is not', async () => {
  const folder = makeFolder();
  const [path = ''] = writeFiles(folder, { key: 'marker' });
  mkdirSync(join(folder, 'folder'));
  const read = (name: string) =>
    makeSecret({ place: 'THE_KEY_FILE', path: join(folder, name) }, rule, makeLab({}).store).read();
  await expect(read('key')).rejects.toThrow(`THE_KEY_FILE (${path}) must have 4 characters.`);
  for (const [name, code] of Object.entries({ absent: 'ENOENT', folder: 'EISDIR' }))
    await expect(read(name)).rejects.toMatchObject({
      code: 'secret_unreadable',
      message: `The file ${join(folder, name)} of THE_KEY_FILE cannot be read (${code}). Check its path, and who may read it.`,
    });
});

test('a reference is followed when it is needed, wherever it stands', async () => {
  const { asked, kept, store } = makeLab({ 'lab/db': '{"key":"abcd"}', plain: 'efgh\n' });
  const text = 'aws-secretsmanager:lab/db#key';
  const [path = ''] = writeFiles(makeFolder(), { key: `${text}\n` });
  const secrets = [
    makeSecret({ place: 'THE_KEY', text }, rule, store),
    makeSecret({ place: 'THE_KEY_FILE', path }, rule, store),
    makeSecret({ place: 'OTHER', text: 'aws-secretsmanager:plain' }, rule, store),
  ];
  expect(asked).toEqual([]);
  const readAll = () => Promise.all(secrets.map((secret) => secret.read()));
  expect(await readAll()).toEqual(['abcd', 'abcd', 'efgh']);
  expect(asked.toSorted()).toEqual(['lab/db', 'plain']);
  kept['lab/db'] = '{"key":"ijkl"}';
  expect(await secrets[0]?.refresh()).toBe('ijkl');
  expect(await readAll()).toEqual(['ijkl', 'ijkl', 'efgh']);
});

test.each([
  ['aws-secretsmanager:wrong#key', 'THE_KEY (secret wrong, key key) must have 4 characters.'],
  ['aws-secretsmanager:text', 'THE_KEY (secret text) must have 4 characters.'],
  [
    'aws-secretsmanager:text#key',
    'The secret text in AWS Secrets Manager is no JSON object, and so has no key key. Name it without a key.',
  ],
  [
    'aws-secretsmanager:wrong#other',
    'The secret wrong in AWS Secrets Manager has no key other. Check what stands behind the #.',
  ],
  [
    'aws-secretsmanager:wrong#toString',
    'The secret wrong in AWS Secrets Manager has no key toString. Check what stands behind the #.',
  ],
  [
    'aws-secretsmanager:wrong#port',
    'The secret wrong in AWS Secrets Manager has no text in its key port. Check what stands behind the #.',
  ],
])('%s that leads to something else: the fault names it, not the value', async (text, message) => {
  const { store } = makeLab({ wrong: '{"key":"marker","port":5432}', text: 'marker' });
  const secret = makeSecret({ place: 'THE_KEY', text }, rule, store);
  const error = await secret.read().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ message });
  expect(error).not.toHaveProperty('cause');
});

test('a reference that is none is a fault at once, and in a file when it is read', async () => {
  const fault = 'must name a secret as aws-secretsmanager:NAME or aws-secretsmanager:NAME#KEY.';
  const { store } = makeLab({});
  const text = 'aws-secretsmanager:#marker';
  expect(() => makeSecret({ place: 'THE_KEY', text }, rule, store)).toThrow(`THE_KEY ${fault}`);
  const [path = ''] = writeFiles(makeFolder(), { key: text });
  const secret = makeSecret({ place: 'THE_KEY_FILE', path }, rule, store);
  await expect(secret.read()).rejects.toThrow(`THE_KEY_FILE (${path}) ${fault}`);
});
