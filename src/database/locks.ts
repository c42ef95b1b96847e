import { EluteError } from '../errors.ts';
import type { Client } from './connection.ts';

/**
 * Advisory locks of Elute, all of the class 'elut' in ASCII, told apart by their second key: the id
 * of a running load (held for as long as its process lives), or one of those below.
 */
export const lockClass = 0x656c7574;
export const migrationLock = -1;
const publishLock = -2;

/**
 * Waits until nobody else publishes; held to the end of the transaction. Throws `busy` where that takes
 * longer than the time given.
 */
export async function lockPublishing(client: Client, waitMs?: number): Promise<void> {
  if (waitMs === undefined) return takePublishLock(client);
  // 0 would mean to wait for ever.
  await client.query(`set local lock_timeout = ${Math.max(1, Math.ceil(waitMs))}`);
  await takePublishLock(client).catch((error) => {
    throw isLockTimeout(error) ? makeBusy(error) : error;
  });
  await client.query('set local lock_timeout to default');
}

export function makeBusy(cause?: unknown): EluteError {
  return new EluteError(
    'busy',
    'Another load is being published, and the wait for it took too long; nothing was changed. Try again later.',
    { cause },
  );
}

async function takePublishLock(client: Client): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, $2)', [lockClass, publishLock]);
}

export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
