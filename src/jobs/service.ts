import type { ServiceSettings, Settings } from '../config.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/connection.ts';
import type { OnProgress } from '../domain/load.ts';
import type { Secret } from '../secrets/secret.ts';
import type { QueueLog } from './queue.ts';
import type { UploadStore } from './upload-store.ts';

/** What server and workers share: open for as long as the process lives. */
export interface Service {
  readonly settings: Settings;
  readonly options: ServiceSettings;
  /** The address of the database, for what connects by itself. */
  readonly databaseAddress: Secret;
  readonly database: Database;
  readonly uploads: UploadStore;
  readonly log: QueueLog;
}

/** A context for one operation of a service. */
export function makeContext(
  { settings, database }: Service,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Context {
  return { settings, database, signal, onProgress };
}
