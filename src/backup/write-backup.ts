import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { copyOut } from '../database/copy.ts';
import { type ArchiveHeader, archiveVersion, frameKinds } from './archive.ts';
import { describeTable, listTables, nameTable, readSequences } from './snapshot.ts';
import { type FrameWriter, makeFrameWriter } from './write-archive.ts';

/** What a backup holds. */
export interface Contents {
  readonly schemaVersion: number;
  readonly tables: number;
  readonly rows: number;
}

/** The frames of a backup of what a snapshot shows; at its end, what it holds. */
export async function* writeBackup(
  client: Client,
  about: Pick<ArchiveHeader, 'program' | 'schemaVersion' | 'server'>,
): AsyncGenerator<Buffer, Contents> {
  const tables = await listTables(client);
  const writer = makeFrameWriter();
  const header: ArchiveHeader = {
    format: 'elute-backup',
    archiveVersion,
    ...about,
    takenAt: new Date().toISOString(),
    tables: tables.length,
    sequences: await readSequences(client),
  };
  yield writer.json(frameKinds.header, header);
  let rows = 0;
  for (const table of tables) rows += yield* writeTable(client, writer, table);
  yield writer.json(frameKinds.end, { rows, sha256: writer.sha256() });
  return { schemaVersion: about.schemaVersion, tables: tables.length, rows };
}

/** One table; its number of rows. */
async function* writeTable(
  client: Client,
  writer: FrameWriter,
  table: string,
): AsyncGenerator<Buffer, number> {
  const header = await describeTable(client, table);
  yield writer.json(frameKinds.table, header);
  const copy = copyOut(client, `copy ${nameTable(table)} (${listNames(header.columns)}) to stdout`);
  yield* writer.data(copy);
  yield writer.json(frameKinds.tableEnd, { rows: copy.rowCount });
  return copy.rowCount;
}
