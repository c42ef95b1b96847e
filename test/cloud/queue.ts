import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach } from 'vitest';

export interface Queue {
  readonly url: string;
  readonly arn: string;
  readonly send: (body: unknown) => Promise<void>;
  /** Messages that wait or are being looked at. */
  readonly count: () => Promise<number>;
}

/** Makes queues of moto's; a message that is not taken away comes again after a second. */
export function useQueues(): () => Promise<Queue> {
  const clients: SQSClient[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  return async () => {
    const client = new SQSClient({});
    clients.push(client);
    const { QueueUrl = '' } = await client.send(
      new CreateQueueCommand({
        QueueName: `arrivals-${randomUUID()}`,
        Attributes: { VisibilityTimeout: '1' },
      }),
    );
    const read = async () => {
      const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
      return (await client.send(ask)).Attributes ?? {};
    };
    return {
      url: QueueUrl,
      arn: (await read())['QueueArn'] ?? '',
      send: async (body) => {
        const MessageBody = typeof body === 'string' ? body : JSON.stringify(body);
        await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      },
      count: async () => {
        const {
          ApproximateNumberOfMessages: waiting,
          ApproximateNumberOfMessagesNotVisible: taken,
        } = await read();
        return Number(waiting) + Number(taken);
      },
    };
  };
}

/** A new object as S3 itself tells of it. */
export function tellByS3(bucket: string, key: string): object {
  const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  return {
    Records: [
      {
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: bucket }, object: { key: encoded, eTag: 'x', sequencer: '1' } },
      },
    ],
  };
}

/** The same as EventBridge tells of it. */
export function tellByEventBridge(bucket: string, key: string): object {
  return {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object: { key, etag: 'x', sequencer: '1' } },
  };
}
