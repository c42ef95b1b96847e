import type { Message } from '@aws-sdk/client-sqs';
import { nameFault } from '../aws-faults.ts';
import { nameObject } from '../domain/object-address.ts';
import { readObjectMessage } from '../domain/object-events.ts';
import { EluteError } from '../errors.ts';

/** One message of a queue: the objects that it tells of. */
export interface EventMessage {
  readonly messageId: string;
  /** Undefined for a message that cannot be read. */
  readonly locations: readonly string[] | undefined;
  /** Takes the message from the queue; until then it comes again. */
  readonly remove: () => Promise<void>;
}

const longPollSeconds = 20;

/** Throws `invalid_configuration` where the queue cannot be asked: nobody would miss events that never come. */
export async function checkQueue(queueUrl: string, signal: AbortSignal): Promise<void> {
  const sdk = await import('@aws-sdk/client-sqs');
  const client = new sdk.SQSClient({});
  const ask = new sdk.GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: ['QueueArn'],
  });
  try {
    await client.send(ask, { abortSignal: signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new EluteError(
      'invalid_configuration',
      `The queue ${queueUrl} cannot be asked (${nameFault(cause)}). Check --queue, AWS_REGION and the credentials, which need sqs:GetQueueAttributes, sqs:ReceiveMessage and sqs:DeleteMessage.`,
      { cause },
    );
  } finally {
    client.destroy();
  }
}

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
