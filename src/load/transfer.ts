import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../compute/engine.ts';
import { explainScratchFault } from '../compute/scratch.ts';
import { type Client, endClient } from '../database/connection.ts';
import { copyIn, copyOut } from '../database/copy.ts';

/** Frozen rows are for a table that this transaction has truncated: the server marks them as old at once. */
export type CopyKind = 'plain' | 'frozen';

/**
 * Sends the rows of a query of the engine to a table of the database; the number of rows.
 * `target` is the table with its columns, in the order of the query's.
 */
export async function sendRows(
  engine: Engine,
  select: string,
  client: Client,
  target: string,
  kind: CopyKind = 'plain',
): Promise<number> {
  const source = await engine.exportCsv(select);
  const freeze = kind === 'frozen';
  const copy = copyIn(client, `copy ${target} from stdin (format csv, freeze ${freeze})`);
  const [sent, written] = await Promise.allSettled([
    pipeline(source.stream, copy),
    source.rowCount,
  ]);
  // When the database fails, the engine sees a broken pipe only: the cause goes first.
  if (sent.status === 'rejected') throw sent.reason;
  if (written.status === 'rejected') throw written.reason;
  checkCount(target, written.value, copy.rowCount);
  return written.value;
}

/** Fetches the rows of a query of the database into a new table of the engine. */
export async function fetchRows(
  client: Client,
  query: string,
  engine: Engine,
  target: { table: string; columns: Readonly<Record<string, string>> },
): Promise<number> {
  const path = engine.scratchPath(`${target.table}.csv`);
  const copy = copyOut(client, `copy (${query}) to stdout (format csv)`);
  await pipeline(copy, createWriteStream(path, { mode: 0o600 })).catch((error) => {
    // The rest of the rows stands between the connection and every further answer.
    endClient(client);
    throw explainScratchFault(error);
  });
  const columns = Object.entries(target.columns).map(([name, type]) => `${name} ${type}`);
  await engine.run(`create or replace table ${target.table} (${columns.join(', ')})`);
  const rows = await engine.importCsv({ path, ...target });
  await rm(path);
  checkCount(target.table, copy.rowCount, rows);
  return rows;
}

function checkCount(target: string, sent: number, received: number): void {
  if (sent !== received) throw new Error(`${target}: ${sent} rows were sent, ${received} arrived`);
}
