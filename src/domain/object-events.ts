/** An object that came into a bucket, as its store tells of it. */
export interface ObjectEvent {
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string;
  /** Only a bucket that keeps versions says which one came. */
  readonly versionId?: string;
  /** Of two events of one key, the later has the greater one: hexadecimal, and of no fixed length. */
  readonly sequencer?: string;
}

/** The objects that a text tells of, such as the body of a message in a queue. Never throws. */
export function readObjectMessage(text: unknown): readonly ObjectEvent[] | undefined {
  try {
    return typeof text === 'string' ? readObjectEvents(JSON.parse(text)) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The objects that a document tells of, in the form of S3's notifications or of EventBridge, by itself or
 * wrapped by SNS or SQS; none for S3's test event and for other events, such as removals. Undefined for a
 * document that is none of these, or that only begins as one does. Never throws.
 */
export function readObjectEvents(body: unknown): readonly ObjectEvent[] | undefined {
  const message = readFields(body);
  if (Array.isArray(message['Records'])) return readRecords(message['Records']);
  if (message['Type'] === 'Notification') return readObjectMessage(message['Message']);
  if (message['Event'] === 's3:TestEvent') return [];
  if (message['detail-type'] === 'Object Created') return readDetail(readFields(message['detail']));
  return message['source'] === 'aws.s3' && isText(message['detail-type']) ? [] : undefined;
}

/** One record that cannot be read spoils the message: it is for a person to look at, as a whole. */
function readRecords(records: readonly unknown[]): readonly ObjectEvent[] | undefined {
  const read = records.map((record) => readRecord(readFields(record)));
  const events = read.filter((found) => found !== undefined);
  return events.length === read.length ? events.flat() : undefined;
}

function readRecord(record: Fields): readonly ObjectEvent[] | undefined {
  if (record['eventSource'] === 'aws:sqs') return readObjectMessage(record['body']);
  if (record['EventSource'] === 'aws:sns')
    return readObjectMessage(readFields(record['Sns'])['Message']);
  return readNotification(record);
}

/** Stores other than Amazon's begin the name with `s3:`, as both do where events are subscribed to. */
function readNotification({ eventName, s3 }: Fields): readonly ObjectEvent[] | undefined {
  const { bucket, object } = readFields(s3);
  const { key, eTag: etag, versionId, sequencer } = readFields(object);
  if (!isText(eventName) || !isText(key)) return undefined;
  if (!/^(s3:)?ObjectCreated:/.test(eventName)) return [];
  return makeEvents(bucket, { key: decodeKey(key), etag, versionId, sequencer });
}

/** The keys of EventBridge are not encoded. */
function readDetail({ bucket, object }: Fields): readonly ObjectEvent[] | undefined {
  const { key, etag, 'version-id': versionId, sequencer } = readFields(object);
  return makeEvents(bucket, { key, etag, versionId, sequencer });
}

/** As forms encode it, with + for a space. */
function decodeKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function makeEvents(
  bucket: unknown,
  { key, etag, versionId, sequencer }: Fields,
): readonly ObjectEvent[] | undefined {
  const { name } = readFields(bucket);
  if (!isText(name) || !isText(key)) return undefined;
  return [
    {
      bucket: name,
      key,
      ...(isText(etag) && { etag }),
      ...(isText(versionId) && { versionId }),
      ...(isText(sequencer) && { sequencer }),
    },
  ];
}

type Fields = Readonly<Record<string, unknown>>;

/** What is no object has no fields. */
function readFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
