import { type ObjectEvent, readObjectEvents, readObjectMessage } from '../domain/object-events.ts';
import { EluteError } from '../errors.ts';
import type { SecretStore } from '../secrets/make-secret.ts';
import { describeError, type Log, loadObjects, type Summary, type Work } from './load-objects.ts';
import { type Environment, readFunctionSettings } from './settings.ts';

/** What Lambda is answered for messages of a queue: those that shall come again. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface Invocation {
  readonly environment: Environment;
  /** What is known of secrets; kept while the function is warm. */
  readonly secrets: SecretStore;
  readonly remainingMs: number;
  readonly log: Log;
}

/** Kept for the answer: without one, all messages would come again. */
const answerMs = 1000;

/**
 * Asks for the load of every object that an event tells of. Of a queue's messages each stands for itself;
 * else one object that was not accepted makes the invocation fail, for Lambda to repeat it: what was
 * accepted is not loaded twice. Throws `invalid_configuration` before anything is done.
 */
export async function handleEvent(
  event: unknown,
  invocation: Invocation,
): Promise<BatchAnswer | Summary> {
  const work = prepare(invocation);
  const messages = readQueueMessages(event);
  return messages === undefined
    ? loadDocument(readObjectEvents(event), work)
    : loadMessages(messages, work);
}

function prepare({ environment, secrets, remainingMs, log }: Invocation): Work {
  try {
    const settings = readFunctionSettings(environment, secrets);
    const signal = AbortSignal.timeout(Math.max(0, remainingMs - answerMs));
    return { settings, signal, log };
  } catch (error) {
    log('error', 'not set up', describeError(error));
    throw error;
  }
}

interface QueueMessage {
  readonly messageId: string;
  readonly body?: unknown;
}

/** The messages of a queue; undefined for any other event. */
function readQueueMessages(event: unknown): readonly QueueMessage[] | undefined {
  const records = isObject(event) && 'Records' in event ? event.Records : undefined;
  return Array.isArray(records) && records.every(isQueueMessage) ? records : undefined;
}

function isQueueMessage(record: unknown): record is QueueMessage {
  if (!isObject(record) || !('eventSource' in record && 'messageId' in record)) return false;
  return record.eventSource === 'aws:sqs' && typeof record.messageId === 'string';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

async function loadMessages(messages: readonly QueueMessage[], work: Work): Promise<BatchAnswer> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of messages) {
    const isDone = await loadDocument(readObjectMessage(body), work, { messageId }).then(
      () => true,
      () => false, // It has been logged.
    );
    if (!isDone) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}

/** What cannot be read fails as well: so it ends in the dead letter queue, where somebody finds it. */
async function loadDocument(
  events: readonly ObjectEvent[] | undefined,
  work: Work,
  origin: { messageId?: string } = {},
): Promise<Summary> {
  if (events !== undefined) return loadObjects(events, work);
  const detail = 'This is no event of S3, neither by itself nor by EventBridge, SNS or SQS.';
  work.log('error', 'unreadable', { ...origin, detail });
  throw new EluteError('invalid_request', detail);
}
