import { setTimeout as delay } from 'node:timers/promises';
import { folderOf } from '../domain/object-address.ts';
import { isTableName } from '../domain/table-names.ts';
import type { Service } from '../jobs/service.ts';
import { type Arrival, type GroupingRule, groupFiles } from './group-files.ts';
import { checkQueue, type EventMessage, receiveEvents } from './receive-events.ts';
import { makeSettling, type Settling } from './settle.ts';
import { type ArrivalOptions, findNew, submitArrival } from './submit-arrival.ts';
import type { WatchedFile, WatchedSource } from './watched-source.ts';

export interface WatchOptions extends GroupingRule, Pick<ArrivalOptions, 'rejectLimit'> {
  /** How long files must be unchanged. */
  readonly settleMs: number;
  /** How long from the end of one listing to the next. */
  readonly listMs: number;
  /** The SQS queue that is told of new objects. */
  readonly queueUrl?: string;
}

interface Watching extends WatchOptions {
  readonly signal: AbortSignal;
  /** Told of each load that was asked for. */
  readonly onLoad: (loadId: number, arrival: Arrival) => void;
}

const retryMs = 5000;
/** Events may have told of files that are to be looked at again sooner than was known. */
const wakeMs = 1000;

/**
 * Asks for one load of each arrival until the signal comes. Events say where to look, listings find what no
 * event told of; the history of loads says what is new. Throws where the first listing fails; later faults
 * are logged, and looked at again. Throws `invalid_configuration` where the queue cannot be asked.
 */
export async function watchSource(
  service: Service,
  source: WatchedSource,
  watching: Watching,
): Promise<void> {
  const watch: Watch = {
    service,
    source,
    watching,
    settling: makeSettling(source.isWhole && watching.set.length === 0 ? 0 : watching.settleMs),
    again: new Map(),
  };
  const { queueUrl, signal } = watching;
  if (queueUrl !== undefined) await checkQueue(queueUrl, signal);
  await lookAtAll(watch);
  await Promise.all([listUntilStopped(watch), queueUrl && receiveUntilStopped(watch, queueUrl)]);
}

interface Watch {
  readonly service: Service;
  readonly source: WatchedSource;
  readonly watching: Watching;
  readonly settling: Settling;
  /** Files of arrivals that may still be written, and when to look at them again. */
  readonly again: Map<string, number>;
}

async function listUntilStopped(watch: Watch): Promise<void> {
  const { signal, listMs } = watch.watching;
  let listAt = performance.now() + listMs;
  while (!signal.aborted) {
    await delay(findWait(watch, listAt), undefined, { signal }).catch(() => {});
    await survive(watch, () => lookAgain(watch));
    if (performance.now() < listAt) continue;
    await survive(watch, () => lookAtAll(watch));
    listAt = performance.now() + listMs;
  }
}

function findWait({ again }: Watch, listAt: number): number {
  const now = performance.now();
  let next = Math.min(listAt, now + wakeMs);
  for (const at of again.values()) next = Math.min(next, at);
  return Math.max(0, next - now);
}

/** A store or database that is away for a while ends nothing. */
async function survive(watch: Watch, work: () => Promise<void>): Promise<boolean> {
  const { signal } = watch.watching;
  try {
    await work();
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    warn(watch, error);
    await delay(retryMs, undefined, { signal }).catch(() => {});
    return false;
  }
}

function warn({ service }: Watch, error: unknown): void {
  service.log('warn', `looking for new files failed and is tried again: ${String(error)}`);
}

async function lookAtAll(watch: Watch): Promise<void> {
  const onFault = (error: unknown) => warn(watch, error);
  await offer(watch, watch.source.listAll(watch.watching.signal, onFault));
}

async function lookAgain(watch: Watch): Promise<void> {
  const now = performance.now();
  const due = [...watch.again].filter(([, at]) => at <= now).map(([location]) => location);
  await offer(watch, lookAround(watch, due));
  // Those that have not come to rest have got a later time.
  for (const location of due)
    if ((watch.again.get(location) ?? now) <= now) watch.again.delete(location);
}

/** What may have arrived now that some files are there: the files themselves, or all in their folders. */
async function* lookAround(
  { source, watching: { set, signal } }: Watch,
  locations: readonly string[],
): AsyncGenerator<WatchedFile> {
  if (set.length > 0) {
    const folders = new Map(locations.map((location) => [folderOf(location), location]));
    for (const location of folders.values()) yield* source.listBeside(location, signal);
    return;
  }
  for (const location of locations) {
    const file = await source.look(location, signal);
    if (file) yield file;
  }
}

/** Asks for the loads of those arrivals that are new and quiet. */
async function offer(watch: Watch, files: AsyncIterable<WatchedFile>): Promise<void> {
  const { service, source, watching, settling, again } = watch;
  const { root } = source;
  const { rejectLimit, settleMs } = watching;
  const options = { ...(root !== undefined && { root }), ...(rejectLimit && { rejectLimit }) };
  for await (const arrivals of groupFiles(files, watching)) {
    const now = performance.now();
    const { settled, unsettled } = settling.pick(await findNew(service, arrivals), now);
    for (const {
      files: [first],
    } of unsettled)
      if (first) again.set(first.location, now + settleMs);
    for (const arrival of settled) {
      const loadId = await submitArrival(service, arrival, options);
      if (loadId !== undefined) watching.onLoad(loadId, arrival);
    }
  }
}

async function receiveUntilStopped(watch: Watch, queueUrl: string): Promise<void> {
  const { signal } = watch.watching;
  while (!signal.aborted) {
    await survive(watch, async () => {
      for await (const message of receiveEvents(queueUrl, signal))
        await takeMessage(watch, message);
    });
  }
}

/** A message leaves the queue when what it tells of has been looked at; one that cannot be read stays there. */
async function takeMessage(watch: Watch, message: EventMessage): Promise<void> {
  const { source, service } = watch;
  if (message.locations === undefined)
    return service.log(
      'error',
      `message ${message.messageId} of the queue cannot be read; it is left there for a dead-letter queue`,
    );
  const isWatched = (location: string) => location.startsWith(source.name) && isTableName(location);
  const watched = message.locations.filter(isWatched);
  const isDone = await survive(watch, () => offer(watch, lookAround(watch, watched)));
  if (isDone) await message.remove();
}
