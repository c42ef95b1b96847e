import type { ServiceSettings, Settings } from '../config.ts';
import { findDatabaseUrl, prepareFeatures } from '../context.ts';
import { openDatabase } from '../database/connection.ts';
import { migrate } from '../database/migrations.ts';
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
  const databaseUrl = await findDatabaseUrl(settings, 'create');
  const poolSize = requestConnections + connectionsPerLoad * options.concurrency;
  const database = await openDatabase(databaseUrl, poolSize);
  try {
    await migrate(database);
    await prepareFeatures({ settings, signal: new AbortController().signal }, database);
    await prepareQueue(databaseUrl, log);
    const uploads = await openUploadStore(options.uploadDirectory);
    return await work({ settings, options, databaseUrl, database, uploads, log });
  } finally {
    await database.close();
  }
}
