import type { Client } from './connection.ts';

/**
 * Advisory locks of Elute, all of the class 'elut' in ASCII, told apart by their second key: the id
 * of a running load (held for as long as its process lives), or one of those below.
 */
export const lockClass = 0x656c7574;
export const migrationLock = -1;
const publishLock = -2;

/** Waits until nobody else publishes; held to the end of the transaction. */
export async function lockPublishing(client: Client): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, $2)', [lockClass, publishLock]);
}
