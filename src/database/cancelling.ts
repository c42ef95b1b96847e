import { EluteError } from '../errors.ts';
import type { Client, Database } from './connection.ts';

/**
 * Lends a connection whose statement ends when the signal comes, at the server too: a closed connection
 * alone would let it sort on for nobody. Throws `interrupted`.
 */
export async function withCancelling<Result>(
  database: Database,
  signal: AbortSignal,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  try {
    return await database.withClient(async (client) => {
      const processId = await readProcessId(client);
      const cancel = () => {
        database.query('select pg_cancel_backend($1)', [processId]).catch(() => {});
      };
      signal.addEventListener('abort', cancel);
      try {
        signal.throwIfAborted();
        const result = await work(client);
        // Thrown to the lender too: the next user of this connection must not be cancelled in our place.
        signal.throwIfAborted();
        return result;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    });
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new EluteError('interrupted', 'Interrupted; nothing was changed.', { cause });
  }
}

async function readProcessId(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ id: number }>('select pg_backend_pid() as id');
  return rows[0]?.id;
}
