import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ObjectEvent,
  readObjectEvents,
  readObjectMessage,
} from '../../src/domain/object-events.ts';

type Wrap = (document: unknown) => unknown;

/** As S3 sends it to a queue, a topic or a function; the fields that are of no use here shortened. */
function notify({ bucket, key, etag, ...object }: ObjectEvent, eventName = 'ObjectCreated:Put') {
  const s3 = {
    s3SchemaVersion: '1.0',
    bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
    object: { key: encodeKey(key), size: 12, ...(etag && { eTag: etag }), ...object },
  };
  return { Records: [{ eventVersion: '2.1', eventSource: 'aws:s3', eventName, s3 }] };
}

/** As forms do. */
function encodeKey(key: string): string {
  return new URLSearchParams({ key }).toString().slice('key='.length);
}

function bridge(event: ObjectEvent, detailType = 'Object Created') {
  const { bucket, versionId, ...object } = event;
  const detail = {
    version: '0',
    bucket: { name: bucket },
    object: { size: 12, ...object, ...(versionId && { 'version-id': versionId }) },
    reason: 'PutObject',
  };
  return { version: '0', 'detail-type': detailType, source: 'aws.s3', detail };
}

const wrapInTopic: Wrap = (document) => ({
  Type: 'Notification',
  Subject: 'Amazon S3 Notification',
  Message: JSON.stringify(document),
});
const wrapInQueue: Wrap = (document) => ({
  Records: [{ messageId: '1', eventSource: 'aws:sqs', body: JSON.stringify(document) }],
});
const wrapInTopicCall: Wrap = (document) => ({
  Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns: wrapInTopic(document) }],
});

const wrappings: [string, Wrap][] = [
  ['by itself', (document) => document],
  ['from a topic', wrapInTopic],
  ['from a queue', wrapInQueue],
  ['by a function that a topic calls', wrapInTopicCall],
  ['from a queue behind a topic', (document) => wrapInQueue(wrapInTopic(document))],
];

const event: ObjectEvent = {
  bucket: 'lab',
  key: '2024/plate 1+2/Müller.csv',
  etag: 'd41d8cd98f00b204e9800998ecf8427e',
  versionId: '3sL4kqtJlcpXroDTDmJ',
  sequencer: '0055AED6DCD90281E5',
};

describe.each(wrappings)('%s', (_name, wrap) => {
  const text = fc.string({ unit: 'binary', minLength: 1 });
  const anyEvent = fc.record(
    { bucket: text, key: text, etag: text, versionId: text, sequencer: text },
    { requiredKeys: ['bucket', 'key'] },
  );

  test.each([
    ['a notification of S3', notify],
    ['an event of EventBridge', bridge],
  ])('%s gives back any key', (_form, write) => {
    fc.assert(
      fc.property(anyEvent, (any) => {
        expect(readObjectEvents(wrap(write(any)))).toEqual([any]);
      }),
    );
  });

  const none: [string, unknown][] = [
    ["S3's test event", { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'lab' }],
    ['a removal', notify(event, 'ObjectRemoved:Delete')],
    ['a removal of EventBridge', bridge(event, 'Object Deleted')],
    ['no record', { Records: [] }],
  ];

  test.each(none)('%s is no object', (_kind, document) => {
    expect(readObjectEvents(wrap(document))).toEqual([]);
  });

  const faulty: [string, unknown][] = [
    ['an event of another service', { source: 'aws.ec2', 'detail-type': 'State-change' }],
    ['no key', notify({ ...event, key: '' })],
    ['no bucket', bridge({ ...event, bucket: '' })],
    ['a key that is wrongly encoded', replaceKey('100%.csv')],
    ['a key that is no text', replaceKey(7)],
    ['a record that is none beside one that is', addRecord({ eventSource: 'aws:dynamodb' })],
    ['a record of null', addRecord(null)],
    ['a list', [event]],
    ['null', null],
    ['a number', 7],
  ];

  test.each(faulty)('%s cannot be read', (_kind, document) => {
    expect(readObjectEvents(wrap(document))).toBeUndefined();
  });
});

function replaceKey(key: unknown) {
  const [record] = notify(event).Records;
  return { Records: [{ ...record, s3: { ...record?.s3, object: { key } } }] };
}

function addRecord(record: unknown) {
  return { Records: [...notify(event).Records, record] };
}

test('a key is read as the documentation of S3 writes it', () => {
  const [read] = readObjectEvents(replaceKey('red+flower%28a%2Bb%29/f%C3%BCr.csv')) ?? [];
  expect(read?.key).toBe('red flower(a+b)/für.csv');
});

test('the records of one message come in its order', () => {
  const keys = ['b.csv', 'a.csv', 'b.csv'];
  const all = keys.map((key) => notify({ ...event, key }, 's3:ObjectCreated:Copy').Records);
  const read = readObjectEvents({ Records: all.flat() });
  expect(read?.map(({ key }) => key)).toEqual(keys);
});

test('nothing that is JSON makes it throw', () => {
  const names = ['Records', 'Message', 'Type', 'detail-type', 'detail', 's3', 'object', 'bucket'];
  const parts = fc.constantFrom('Notification', 'Object Created', 'aws:sqs', 'ObjectCreated:Put');
  const { document } = fc.letrec((tie) => ({
    document: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.oneof(fc.jsonValue(), parts),
      fc.array(tie('document'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names, 'eventSource', 'eventName', 'key'), tie('document')),
    ),
  }));
  fc.assert(
    fc.property(document, (any) => {
      const read = readObjectEvents(any);
      expect(read === undefined || Array.isArray(read)).toBe(true);
    }),
  );
});

test('a message nested without end is none', () => {
  const depth = 100_000;
  const nested = `${'{"Records":[{"EventSource":"aws:sns","Sns":'.repeat(depth)}{}${'}]}'.repeat(depth)}`;
  expect(readObjectEvents(JSON.parse(nested))).toBeUndefined();
});

test.each([['{'], [''], ['"text"'], [undefined], [7]])('the text %j is no message', (text) =>
  expect(readObjectMessage(text)).toBeUndefined(),
);
