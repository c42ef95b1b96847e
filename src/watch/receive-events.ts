import type { Message } from '@aws-sdk/client-sqs';
import { nameObject } from '../domain/object-address.ts';
import { readObjectMessage } from '../domain/object-events.ts';

/** One message of a queue: the objects that it tells of. */
export interface EventMessage {
  readonly messageId: string;
  /** Undefined for a message that cannot be read. */
  readonly locations: readonly string[] | undefined;
  /** Takes the message from the queue; until then it comes again. */
  readonly remove: () => Promise<void>;
}

const longPollSeconds = 20;

/** Messages of an SQS queue as they come, until the signal; throws what the SDK throws. */
export async function* receiveEvents(
  queueUrl: string,
  signal: AbortSignal,
): AsyncGenerator<EventMessage> {
  const sdk = await import('@aws-sdk/client-sqs');
  const client = new sdk.SQSClient({});
  const ask = new sdk.ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: longPollSeconds,
  });
  try {
    while (!signal.aborted) {
      const { Messages = [] } = await client.send(ask, { abortSignal: signal });
      for (const message of Messages) yield describe(message, () => remove(message));
    }
  } finally {
    client.destroy();
  }

  async function remove({ ReceiptHandle }: Message): Promise<void> {
    await client.send(new sdk.DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }
}

function describe({ MessageId = '', Body }: Message, remove: () => Promise<void>): EventMessage {
  return {
    messageId: MessageId,
    locations: readObjectMessage(Body)?.map(nameObject),
    remove,
  };
}
