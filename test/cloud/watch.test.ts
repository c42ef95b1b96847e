import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { query, useDatabases } from '../support/database.ts';
import { useFolders } from '../support/lab.ts';
import { useWatches, type Watch } from '../watch/watching.ts';
import { type Queue, tellByEventBridge, tellByS3, useQueues } from './queue.ts';
import { type Bucket, useBuckets } from './store.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
const makeBucket = useBuckets();
const makeQueue = useQueues();
const startWatch = useWatches();

const users = (...ids: number[]) =>
  `user_id,name,email,signup_date\n${ids.map((id) => `${id},N,n@lab.example,2021-01-02\n`).join('')}`;
const compounds = 'compound_id,compound_name,compound_structure\n1,Caffeine,C8H10N4O2\n';
const runs = 'experiment_id,user_id,experiment_compound_ids,experiment_run_time\n1,1,1,2.5\n';

let databaseUrl: string;
let bucket: Bucket;
let queue: Queue;

beforeEach(async () => {
  databaseUrl = await makeDatabase();
  bucket = await makeBucket();
  queue = await makeQueue();
});

const source = () => `s3://${bucket.name}/in/`;
const never = 1e6;

function watchBucket(options: Parameters<typeof startWatch>[0]['options']): Promise<Watch> {
  return startWatch({
    databaseUrl,
    folder: makeFolder(),
    source: source(),
    options: { listMs: never, ...options },
  });
}

async function untilEnds(watch: Watch, count: number): Promise<string[]> {
  await vi.waitFor(() => expect(watch.ends.length).toBeGreaterThanOrEqual(count), {
    timeout: 60_000,
  });
  return watch.ends.map(({ load, location }) => `${location.slice(source().length)} ${load.state}`);
}

const countLoads = async () =>
  (await query<{ n: number }>(databaseUrl, 'select count(*)::integer as n from elute.loads'))[0]?.n;

const untilQueueHas = (count: number) =>
  vi.waitFor(async () => expect(await queue.count()).toBe(count), { timeout: 30_000 });

test('without events, what is there and what arrives is found by listing', async () => {
  await bucket.put('in/a.csv', users(1));
  await bucket.put('elsewhere/b.csv', users(2));
  const watch = await watchBucket({ listMs: 50 });
  await untilEnds(watch, 1);
  await bucket.put('in/deep/c.csv', users(3));
  expect(await untilEnds(watch, 2)).toEqual(['a.csv loaded', 'deep/c.csv loaded']);
  expect(watch.ends[1]?.load.files[0]?.path).toBe(`${source()}deep/c.csv`);
});

test("the bucket's own notifications bring what arrives", async () => {
  const client = new S3Client({ forcePathStyle: true });
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket.name,
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: queue.arn, Events: ['s3:ObjectCreated:*'] }],
      },
    }),
  );
  client.destroy();
  const watch = await watchBucket({ queueUrl: queue.url });
  await bucket.put('in/a b+ü.csv', users(1));
  expect(await untilEnds(watch, 1)).toEqual(['a b+ü.csv loaded']);
  await untilQueueHas(0);
});

describe('events', () => {
  test.each([
    ['of S3', tellByS3],
    ['of EventBridge', tellByEventBridge],
    [
      'of S3 by way of SNS',
      (name: string, key: string) => ({
        Type: 'Notification',
        Message: JSON.stringify(tellByS3(name, key)),
      }),
    ],
  ])('%s that come twice, late and for what is gone lead to one load', async (_, tell) => {
    const watch = await watchBucket({ queueUrl: queue.url });
    const say = (key: string) => queue.send(tell(bucket.name, key));
    await say('in/early.csv');
    await untilQueueHas(0);
    await bucket.put('in/a.csv', users(1));
    await bucket.put('in/early.csv', users(2));
    for (const key of [
      'in/a.csv',
      'in/gone.csv',
      'in/a.csv',
      'in/notes.md',
      'out/b.csv',
      'in/early.csv',
    ])
      await say(key);
    await untilEnds(watch, 2);
    await say('in/a.csv');
    await untilQueueHas(0);
    expect(await countLoads()).toBe(2);
  });

  test('that are lost are mended by the next listing', async () => {
    const watch = await watchBucket({ queueUrl: queue.url, listMs: 300 });
    await bucket.put('in/silent.csv', users(1));
    expect(await untilEnds(watch, 1)).toEqual(['silent.csv loaded']);
  });

  test('that cannot be read stay in the queue and stop nothing', async () => {
    const watch = await watchBucket({ queueUrl: queue.url });
    await queue.send('no JSON at all');
    await queue.send({ what: 'is this' });
    await bucket.put('in/a.csv', users(1));
    await queue.send(tellByS3(bucket.name, 'in/a.csv'));
    await untilEnds(watch, 1);
    await vi.waitFor(() => expect(watch.log.join()).toContain('cannot be read'));
    await untilQueueHas(2);
  });

  test('of an older content make one load of the present one', async () => {
    await bucket.put('in/a.csv', users(1));
    await bucket.put('in/a.csv', users(1, 2));
    const watch = await watchBucket({ queueUrl: queue.url });
    await queue.send(tellByS3(bucket.name, 'in/a.csv'));
    await queue.send(tellByS3(bucket.name, 'in/a.csv'));
    await untilEnds(watch, 1);
    await untilQueueHas(0);
    expect(await countLoads()).toBe(1);
    expect(await query(databaseUrl, 'select user_id from elute.users')).toHaveLength(2);
  });

  test('of a set that is half there load nothing until it is whole', async () => {
    const watch = await watchBucket({
      queueUrl: queue.url,
      set: ['users.csv', 'runs.csv', 'compounds.csv'],
      settleMs: 100,
    });
    const arrive = async (name: string, content: string) => {
      await bucket.put(`in/may/${name}`, content);
      await queue.send(tellByS3(bucket.name, `in/may/${name}`));
    };
    await arrive('runs.csv', runs);
    await arrive('users.csv', users(1));
    await untilQueueHas(0);
    expect(await countLoads()).toBe(0);
    await arrive('compounds.csv', compounds);
    expect(await untilEnds(watch, 1)).toEqual(['may/ loaded']);
    expect(watch.ends[0]?.load.files).toHaveLength(3);
    expect(await query(databaseUrl, 'select 1 from elute.rejects')).toEqual([]);
    expect(await countLoads()).toBe(1);
  });
});

test('a poisonous object fails by itself', async () => {
  await bucket.put('in/bad.csv', 'no,table\n1,2\n');
  await bucket.put('in/bad.csv.gz', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]));
  await bucket.put('in/good.csv', users(1));
  const watch = await watchBucket({});
  expect((await untilEnds(watch, 3)).sort()).toEqual([
    'bad.csv failed',
    'bad.csv.gz failed',
    'good.csv loaded',
  ]);
});

test('a queue that is not there is an error', async () => {
  const watch = await watchBucket({ queueUrl: `${queue.url}-not` });
  await expect(watch.failed).rejects.toMatchObject({ code: 'invalid_configuration' });
});

test('a bucket that is not there is an error', async () => {
  const watch = await startWatch({
    databaseUrl,
    folder: makeFolder(),
    source: 's3://no-such-bucket-at-all/in/',
  });
  await expect(watch.failed).rejects.toMatchObject({ code: 'path_not_found' });
});
