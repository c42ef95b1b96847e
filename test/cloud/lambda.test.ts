import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { type Answer, waitForEnd } from '../api/loads.ts';
import { type Server, useServers } from '../api/server.ts';
import { useLambda } from '../lambda/function.ts';
import { query } from '../support/database.ts';
import { csv, usersHeader } from '../support/lab.ts';
import { type Bucket, useBuckets } from './store.ts';

const makeBucket = useBuckets();
const startServer = useServers();
const { run, logged } = useLambda(() => ({}), []);
const s3 = new S3Client({ forcePathStyle: true });
const sqs = new SQSClient({});
const secrets = new SecretsManagerClient({});
afterAll(() => {
  for (const client of [s3, sqs, secrets]) client.destroy();
});

const users = csv(usersHeader, '1,Ada,ada@lab.example,2024-01-01');
const more = csv(usersHeader, '2,Bo,bo@lab.example,2024-01-02');

let bucket: Bucket;
let server: Server;

beforeEach(async () => {
  bucket = await makeBucket();
  server = await startServer({ roots: [`s3://${bucket.name}/in/`] });
  const SecretString = await makeSecret();
  await secrets.send(new CreateSecretCommand({ Name: bucket.name, SecretString }));
  vi.stubEnv('ELUTE_SERVER', server.url);
  vi.stubEnv('ELUTE_TOKEN', `aws-secretsmanager:${bucket.name}#token`);
});

async function makeSecret(): Promise<string> {
  return JSON.stringify({ token: await server.makeToken('write') });
}

/** A queue that is told of what becomes of the bucket from now on; its address. */
async function watchBucket(): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: bucket.name }));
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes = {} } = await sqs.send(asked);
  const configuration = {
    QueueArn: Attributes['QueueArn'],
    Events: ['s3:ObjectCreated:*' as const, 's3:ObjectRemoved:*' as const],
  };
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket.name,
      NotificationConfiguration: { QueueConfigurations: [configuration] },
    }),
  );
  return QueueUrl ?? '';
}

/** Does what Lambda does with a queue: runs the function, and removes what it does not give back. */
async function passMessages(QueueUrl: string): Promise<void> {
  const ask = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
  const { Messages = [] } = await sqs.send(ask);
  const records = Messages.map(({ MessageId: messageId, Body: body }) => ({
    messageId,
    eventSource: 'aws:sqs',
    body,
  }));
  expect(await run({ Records: records })).toEqual({ batchItemFailures: [] });
  for (const { ReceiptHandle } of Messages)
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
}

/** The keys of all loaded objects, when all loads have ended. */
async function waitForKeys(): Promise<string[]> {
  const { data } = Object(await (await server.ask('/api/v1/loads')).json());
  const ends = data.map(({ loadId }: Answer) => waitForEnd(server, loadId));
  const paths = (await Promise.all<Answer>(ends)).flatMap(({ files }) =>
    files.map(({ path }) => path.replace(`s3://${bucket.name}/`, '')),
  );
  return paths.toSorted();
}

test('objects that come into a bucket are loaded, whatever their keys', async () => {
  const queueUrl = await watchBucket();
  await bucket.put('in/users.csv', users);
  await bucket.put('in/2024/ä b+c%20(1)&=?#.csv', more);
  await bucket.put('in/readme.md', 'nothing');
  await bucket.remove('in/readme.md');
  await passMessages(queueUrl);
  expect(await waitForKeys()).toEqual(['in/2024/ä b+c%20(1)&=?#.csv', 'in/users.csv']);
});

test('a folder is loaded as a whole when its marker comes', async () => {
  vi.stubEnv('ELUTE_LOAD_FOLDER', 'yes');
  await bucket.put('in/set/users.csv', users);
  await bucket.put('in/set/more.csv', more);
  const queueUrl = await watchBucket();
  await bucket.put('in/set/_SUCCESS', 'complete');
  await passMessages(queueUrl);
  expect(await waitForKeys()).toEqual(['in/set/more.csv', 'in/set/users.csv']);
  expect(logged()).toMatchObject([{ path: `s3://${bucket.name}/in/set/`, loadId: 1 }]);
});

test('a token that is replaced is fetched again', async () => {
  const queueUrl = await watchBucket();
  await bucket.put('in/users.csv', users);
  await passMessages(queueUrl);
  await query(server.databaseUrl, `update elute.tokens set revoked_at = now() where name = $1`, [
    'test write',
  ]);
  const SecretString = await makeSecret();
  await secrets.send(new PutSecretValueCommand({ SecretId: bucket.name, SecretString }));
  await bucket.put('in/more.csv', more);
  await passMessages(queueUrl);
  expect(await waitForKeys()).toEqual(['in/more.csv', 'in/users.csv']);
});
