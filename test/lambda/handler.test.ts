import { describe, expect, test, vi } from 'vitest';
import type { ObjectEvent } from '../../src/domain/object-events.ts';
import { bridge, notify, queue, users } from './events.ts';
import { useLambda } from './function.ts';
import { accepted, problem, useStandIn } from './stand-in.ts';

const token = 'elute_1_not-to-be-shown';
const { url, asked, answers } = useStandIn();
const { run, logged } = useLambda(() => ({ ELUTE_SERVER: url(), ELUTE_TOKEN: token }), [token]);

const path = 's3://lab/in/new users.csv';
const readme = { ...users, key: 'in/readme.md' };
const taken = { level: 'info', msg: 'accepted', path, loadId: 7, state: 'queued' };

function keyOf(index: number): string {
  return String(asked[index]?.headers['idempotency-key']);
}

describe('what is asked for', () => {
  test.each([
    ['a notification of S3', notify(users)],
    ['an event of EventBridge', bridge(users)],
    ['either from a topic', { Type: 'Notification', Message: JSON.stringify(bridge(users)) }],
  ])('%s makes a load of the object', async (_, event) => {
    answers.push(accepted);
    vi.stubEnv('ELUTE_LOAD_OPTIONS', '{"maxRejects":"1%","as":"users"}');
    expect(await run(event)).toEqual({ accepted: 1, leftOut: 0, refused: 0 });
    expect(asked).toMatchObject([
      {
        line: 'POST /api/v1/loads',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': expect.stringMatching(/^[\w-]{1,200}$/),
        },
        body: { paths: [path], maxRejects: '1%', as: 'users' },
      },
    ]);
    expect(logged()).toEqual([taken]);
  });

  test.each([
    ['of an object in a folder', 'in/2024/_SUCCESS', 's3://lab/in/2024/'],
    ['of an object at the top', '_SUCCESS', 's3://lab/'],
  ])('the folder %s, where the object says that it is complete', async (_, key, folder) => {
    answers.push(accepted);
    vi.stubEnv('ELUTE_LOAD_FOLDER', 'yes');
    await run(notify({ ...users, key }));
    expect(asked[0]?.body).toEqual({ paths: [folder] });
  });

  test('nothing for what is no table file, a removal and a test event', async () => {
    const removal = { source: 'aws.s3', 'detail-type': 'Object Deleted', detail: {} };
    const outcomes = [notify(readme), removal, { Event: 's3:TestEvent' }].map((event) =>
      run(event),
    );
    expect(await Promise.all(outcomes)).toMatchObject([{ leftOut: 1 }, { leftOut: 0 }, {}]);
    expect(asked).toEqual([]);
    expect(logged()).toMatchObject([{ msg: 'left out: no table file' }]);
  });
});

describe('the key of a request', () => {
  const versioned: ObjectEvent = { ...users, versionId: 'v1' };

  test('is the same for the same event, in whatever form it comes', async () => {
    answers.push(accepted);
    await run(notify(users));
    await run(queue({ one: notify(users), two: bridge(users) }));
    expect(asked.map((_, index) => keyOf(index))).toEqual([keyOf(0), keyOf(0), keyOf(0)]);
  });

  test.each<[string, ObjectEvent]>([
    ['bucket', { ...versioned, bucket: 'other' }],
    ['key', { ...versioned, key: 'in/new users.csv.gz' }],
    ['content', { ...versioned, etag: 'other' }],
    ['version', { ...versioned, versionId: 'v2' }],
    ['moment of the same content', { ...versioned, sequencer: '0055AED6DCD90281E6' }],
  ])('is another one for another %s', async (_, other) => {
    answers.push(accepted);
    await run(notify(versioned));
    await run(notify(other));
    expect(keyOf(1)).not.toBe(keyOf(0));
  });
});

describe('when the service does not accept', () => {
  test.each([
    [503, 'busy'],
    [503, 'database_unreachable'],
    [500, 'internal'],
    [500, 'storage_refused'],
    [429, 'rate_limited'],
    [400, 'invalid_request'],
    [401, 'token_invalid'],
    [403, 'scope_missing'],
    [418, 'a_code_of_later'],
  ])('%i %s is tried again', async (status, code) => {
    answers.push(problem(status, code), accepted);
    const detail = `What ${code} means.`;
    await expect(run(notify(users))).rejects.toThrow(detail);
    expect(logged()).toMatchObject([{ level: 'warn', path, detail }]);
    expect(await run(notify(users))).toMatchObject({ accepted: 1 });
    expect([asked.length, keyOf(1)]).toEqual([2, keyOf(0)]);
  });

  test.each([
    [404, 'path_not_found'],
    [409, 'plan_outdated'],
    [422, 'file_encrypted'],
  ])('%i %s is final, and logged as an error', async (status, code) => {
    answers.push(problem(status, code));
    expect(await run(notify(users))).toEqual({ accepted: 0, leftOut: 0, refused: 1 });
    const detail = `What ${code} means.`;
    expect(logged()).toEqual([{ level: 'error', msg: 'refused', path, code, detail }]);
  });

  test('what is no Elute is tried again', async () => {
    answers.push({ status: 404, body: 'no such page' });
    await expect(run(notify(users))).rejects.toThrow('does not answer as Elute does (404)');
  });

  test('a service that is not there is tried again', async () => {
    vi.stubEnv('ELUTE_SERVER', 'http://127.0.0.1:1');
    await expect(run(notify(users))).rejects.toThrow('cannot be reached');
  });

  test('what is not answered before the time of the function is up comes again', async () => {
    answers.push('silence');
    const answer = await run(queue({ one: notify(users), two: bridge(users) }), 1200);
    const batchItemFailures = [{ itemIdentifier: 'one' }, { itemIdentifier: 'two' }];
    expect(answer).toEqual({ batchItemFailures });
    // Two requests that nothing ends before their own patience does take longer.
  }, 15_000);

  test('the other objects of an event are asked for all the same', async () => {
    answers.push(problem(503, 'busy'), problem(422, 'file_encrypted'), accepted);
    const both = [notify(users), notify(readme), notify(users), notify(users)];
    const event = { Records: both.flatMap((one) => Object(one).Records) };
    await expect(run(event)).rejects.toThrow('What busy means.');
    expect(logged().map(({ level }) => level)).toEqual(['warn', 'info', 'error', 'info']);
  });
});

describe('messages of a queue', () => {
  test('come again one by one', async () => {
    answers.push(accepted, problem(503, 'busy'), problem(422, 'file_encrypted'), accepted);
    const answer = await run(
      queue({
        accepted: notify(users),
        poisonous: '{"Records": [{',
        foreign: { source: 'aws.ec2', 'detail-type': 'State-change' },
        busy: bridge(users),
        refused: notify(users),
        leftOut: notify(readme),
        topic: { Type: 'Notification', Message: JSON.stringify(notify(users)) },
      }),
    );
    const failed = ['poisonous', 'foreign', 'busy'];
    expect(answer).toEqual({
      batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })),
    });
    const unreadable = { level: 'error', msg: 'unreadable' };
    expect(logged()).toMatchObject([
      taken,
      { ...unreadable, messageId: 'poisonous' },
      { ...unreadable, messageId: 'foreign' },
      { level: 'warn', code: 'busy' },
      { level: 'error', code: 'file_encrypted' },
      { msg: 'left out: no table file' },
      taken,
    ]);
  });

  test('that are all done are not given back', async () => {
    answers.push(accepted);
    expect(await run(queue({ one: notify(users) }))).toEqual({ batchItemFailures: [] });
  });
});

test.each([[null], [{}], [{ Records: [{}] }], ['text']])(
  'the event %j fails, for somebody to find it',
  async (event) => {
    await expect(run(event)).rejects.toThrow('This is no event of S3');
    expect(logged()).toMatchObject([{ level: 'error', msg: 'unreadable' }]);
  },
);

describe('the environment', () => {
  const address = 'ELUTE_SERVER must be an address such as https://lab.example';
  const options = 'ELUTE_LOAD_OPTIONS must be a JSON object';

  test.each([
    ['ELUTE_SERVER', '', 'ELUTE_SERVER names no server.'],
    ['ELUTE_SERVER', 'https://user:secret@lab.example', address],
    ['ELUTE_TOKEN', '', 'ELUTE_TOKEN holds no token, and no reference to one.'],
    ['ELUTE_TOKEN', 'two words', 'ELUTE_TOKEN must hold the text of a token'],
    ['ELUTE_TOKEN', 'aws-secretsmanager:', 'ELUTE_TOKEN must name a secret as'],
    ['ELUTE_LOAD_OPTIONS', '{"maxRejects":', options],
    ['ELUTE_LOAD_OPTIONS', '["maxRejects"]', options],
    ['ELUTE_LOAD_OPTIONS', '{"paths":["s3://other/"]}', options],
    ['ELUTE_LOAD_FOLDER', 'constructor', 'ELUTE_LOAD_FOLDER must be yes or no.'],
  ])('%s=%s stops the function', async (name, value, sentence) => {
    vi.stubEnv(name, value);
    await expect(run(queue({ one: notify(users) }))).rejects.toThrow(sentence);
    expect(logged()).toMatchObject([{ level: 'error', msg: 'not set up' }]);
    expect(asked).toEqual([]);
  });

  test('is told of all its faults at once, and of none of its values', async () => {
    vi.stubEnv('ELUTE_SERVER', 'lab');
    vi.stubEnv('ELUTE_TOKEN', '');
    vi.stubEnv('ELUTE_LOAD_FOLDER', 'perhaps');
    await expect(run({})).rejects.toThrowErrorMatchingInlineSnapshot(
      `[EluteError: ELUTE_TOKEN holds no token, and no reference to one. ELUTE_SERVER must be an address such as https://lab.example, without user and password. ELUTE_LOAD_FOLDER must be yes or no.]`,
    );
  });
});
