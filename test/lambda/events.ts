import type { ObjectEvent } from '../../src/domain/object-events.ts';

/** One object that came, as tests vary it. */
export const users: ObjectEvent = {
  bucket: 'lab',
  key: 'in/new users.csv',
  etag: 'd41d8cd98f00b204e9800998ecf8427e',
  sequencer: '0055AED6DCD90281E5',
};

/** As S3 tells of it. */
export function notify({ bucket, key, etag, ...object }: ObjectEvent): unknown {
  const s3 = {
    bucket: { name: bucket },
    object: { key: key.replaceAll(' ', '+'), eTag: etag, ...object },
  };
  return { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3 }] };
}

/** As EventBridge does. */
export function bridge({ bucket, ...object }: ObjectEvent): unknown {
  const detail = { bucket: { name: bucket }, object };
  return { 'detail-type': 'Object Created', source: 'aws.s3', detail };
}

/** The messages of a queue; a text stands there as it is. */
export function queue(bodies: Readonly<Record<string, unknown>>): unknown {
  return {
    Records: Object.entries(bodies).map(([messageId, body]) => ({
      messageId,
      eventSource: 'aws:sqs',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })),
  };
}
