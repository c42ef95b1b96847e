import type { ServiceSettings, Settings } from '../config.ts';
import { findDatabase, prepareFeatures } from '../context.ts';
import { openDatabase } from '../database/connection.ts';
import { migrate } from '../database/migrations.ts';
import { findDatabaseId } from '../database/pruning/uploads.ts';
import { prepareQueue, type QueueLog } from './queue.ts';
import type { Service } from './service.ts';
import { openUploadStore } from './upload-store.ts';

/** Connections for requests, besides those that each load takes for itself. */
const requestConnections = 8;
const connectionsPerLoad = 3;

/** Opens what server and workers share, and closes it when the work is done. */
export async function withService<Result>(
  { settings, options, log }: { settings: Settings; options: ServiceSettings; log: QueueLog },
  work: (service: Service) => Promise<Result>,
): Promise<Result> {
  // What it will need later had better be missing now.
  await options.webhookSecret?.read();
  const databaseAddress = await findDatabase(settings, 'create');
  const poolSize = requestConnections + connectionsPerLoad * options.concurrency;
  const database = await openDatabase(databaseAddress, poolSize);
  try {
    await migrate(database);
    await prepareFeatures({ settings, signal: new AbortController().signal }, database);
    await prepareQueue(databaseAddress, log);
    const databaseId = await findDatabaseId(database);
    const uploads = await openUploadStore(options.uploadDirectory, databaseId);
    return await work({ settings, options, databaseAddress, database, uploads, log });
  } finally {
    await database.close();
  }
}
