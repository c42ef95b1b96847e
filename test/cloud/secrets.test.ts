import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { makeSecret, makeSecretStore } from '../../src/secrets/make-secret.ts';
import { goodFiles, type Outcome, runElute } from '../cli/run-elute.ts';
import { useFolders, writeFiles } from '../support/lab.ts';
import { type LoginServer, startLoginServer } from '../support/login-server.ts';
import { useProcesses } from '../support/processes.ts';

const endpoint = process.env['ELUTE_TEST_AWS'] ?? '';
const aws = {
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
};

const makeFolder = useFolders();
const startProcess = useProcesses();
const clients: SecretsManagerClient[] = [];
let server: LoginServer;

beforeAll(async () => {
  server = await startLoginServer('first');
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const user of ['ada', 'bo']) await server.administer(`alter role ${user} password 'first'`);
});

afterAll(() => server.remove());

function connect(region = 'us-east-1'): SecretsManagerClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SecretsManagerClient({ endpoint, region, credentials });
  clients.push(client);
  return client;
}

type Content = string | Uint8Array | Readonly<Record<string, unknown>>;

/** A secret with a name of its own; its ARN too, and how to change it. */
async function keep(content: Content, region?: string) {
  const client = connect(region);
  const name = `lab/${randomUUID()}`;
  const write = (value: Content) =>
    value instanceof Uint8Array
      ? { SecretBinary: value }
      : { SecretString: typeof value === 'string' ? value : JSON.stringify(value) };
  const { ARN: arn = '' } = await client.send(
    new CreateSecretCommand({ Name: name, ...write(content) }),
  );
  return {
    name,
    arn,
    change: (value: Content) =>
      client.send(new PutSecretValueCommand({ SecretId: name, ...write(value) })),
    remove: () => client.send(new DeleteSecretCommand({ SecretId: name })),
  };
}

const addressOf = (user: string, password: string) =>
  server.lab.replace('//', `//${user}:${password}@`);

function load(env: Record<string, string>): Promise<Outcome> {
  const cwd = makeFolder();
  writeFiles(cwd, goodFiles);
  return runElute(['load', '.', '--force'], { cwd, env: { ...aws, ...env } });
}

test('an address comes from a key, or is the whole of a secret', async () => {
  const url = addressOf('ada', 'first');
  const { name } = await keep({ url, other: 1 });
  expect(await load({ DATABASE_URL: `aws-secretsmanager:${name}#url` })).toMatchObject({
    exitCode: 0,
  });
  const whole = await keep(url);
  expect(await load({ DATABASE_URL: `aws-secretsmanager:${whole.name}` })).toMatchObject({
    exitCode: 0,
  });
});

test('user and password come from a secret as RDS keeps them, by its ARN from its own region', async () => {
  const { arn } = await keep({ username: 'bo', password: 'first', port: 5432 }, 'eu-central-1');
  expect(arn).toContain(':eu-central-1:');
  const env = {
    DATABASE_URL: server.lab,
    DATABASE_USER: `aws-secretsmanager:${arn}#username`,
    DATABASE_PASSWORD: `aws-secretsmanager:${arn}#password`,
  };
  expect(await load(env)).toMatchObject({ exitCode: 0 });
});

test('password and user are changed while a server runs', async () => {
  const secret = await keep({ username: 'ada', password: 'first' });
  const cwd = makeFolder();
  const env = {
    ...aws,
    DATABASE_URL: server.lab,
    DATABASE_USER: `aws-secretsmanager:${secret.name}#username`,
    DATABASE_PASSWORD: `aws-secretsmanager:${secret.name}#password`,
  };
  const service = startProcess(['serve', '--port', '0'], { cwd, env });
  const address = await service.until(/http:\/\/127\.0\.0\.1:\d+(?=\n)/);
  const isReady = (status: number) =>
    expect
      .poll(async () => (await fetch(`${address}/readyz`)).status, { timeout: 60_000 })
      .toBe(status);
  await isReady(200);

  // As a rotation of one user does it: for a moment the server has the new password alone.
  await server.administer(`alter role ada password 'second'`);
  await server.disconnect();
  await isReady(503);
  await secret.change({ username: 'ada', password: 'second' });
  await isReady(200);

  // As a rotation of users in turn does it.
  await secret.change({ username: 'bo', password: 'first' });
  await server.administer(`alter role ada password 'third'`);
  await server.disconnect();
  await isReady(200);

  expect(await service.stop()).toBe(0);
  expect(service.printed()).not.toMatch(/first|second|third/);
});

test('a token comes from a secret as well', async () => {
  const { name } = await keep('elute_1_none');
  const outcome = await load({
    ELUTE_TOKEN: `aws-secretsmanager:${name}#token`,
    ELUTE_SERVER: 'http://127.0.0.1:1',
  });
  expect(outcome).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `elute: The secret ${name} in AWS Secrets Manager is no JSON object, and so has no key token. Name it without a key.\n`,
  });
});

test('a secret that is not there, or holds something else, is told as such', async () => {
  const outcome = async (reference: string) => {
    const { exitCode, stdout, stderr } = await load({
      DATABASE_URL: `aws-secretsmanager:${reference}`,
    });
    expect([exitCode, stdout]).toEqual([2, '']);
    return stderr.split('\n').at(-2);
  };
  const { name, remove } = await keep({ url: 'mysql://lab:mArKeR@db/lab' });
  const bytes = await keep(Buffer.from('mArKeR'));
  expect(await outcome('lab/absent#url')).toBe(
    'elute: The secret lab/absent in AWS Secrets Manager does not exist. Check its name, and the region (AWS_REGION) it lies in.',
  );
  expect(await outcome(`${name}#absent`)).toBe(
    `elute: The secret ${name} in AWS Secrets Manager has no key absent. Check what stands behind the #.`,
  );
  expect(await outcome(`${name}#url`)).toMatch(
    `elute: DATABASE_URL (secret ${name}, key url) must be an address such as postgresql://user:password@host/database; `,
  );
  expect(await outcome(bytes.name)).toBe(
    `elute: The secret ${bytes.name} in AWS Secrets Manager holds bytes and no text. Store it as a text.`,
  );
  await remove();
  expect(await outcome(`${name}#url`)).toBe(
    `elute: The secret ${name} in AWS Secrets Manager cannot be given out, as it is being deleted or has no value yet.`,
  );
});

test.each<[string, Record<string, string>, RegExp]>([
  [
    'no credentials',
    { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
    /needs credentials of AWS, and there are none that hold\. Set AWS_ACCESS_KEY_ID/,
  ],
  ['no region', { AWS_REGION: '' }, /lies in an unknown region\. Set AWS_REGION\.\n$/],
  [
    'no Secrets Manager',
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    /cannot be fetched \(ECONNREFUSED\): AWS Secrets Manager does not answer\. Check the network/,
  ],
])('%s is told as such', async (_, env, message) => {
  const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const { exitCode, stdout, stderr } = await load({
    ...nowhere,
    DATABASE_URL: 'aws-secretsmanager:lab/db',
    ...env,
  });
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test('all that refer to a secret share what was fetched', async () => {
  const { name, change } = await keep({ a: 'one', b: 'two' });
  const store = makeSecretStore();
  const rule = { rule: '', parse: (text: string) => text };
  const [a, b] = ['a', 'b'].map((key) =>
    makeSecret({ place: key, text: `aws-secretsmanager:${name}#${key}` }, rule, store),
  );
  expect([await a?.read(), await b?.read()]).toEqual(['one', 'two']);
  await change({ a: 'three', b: 'four' });
  expect([await a?.read(), await a?.refresh(), await b?.read()]).toEqual(['one', 'three', 'four']);
});
