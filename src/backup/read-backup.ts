import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { copyIn } from '../database/copy.ts';
import { listDeclared, makeColumn, makeView } from '../database/declared-features.ts';
import { type Dataset, datasets } from '../domain/datasets.ts';
import { fillTable } from '../load/fill-table.ts';
import type { CopyKind } from '../load/transfer.ts';
import { frameKinds, makeDamaged, type TableEnd, type TableHeader } from './archive.ts';
import { type ArchiveReader, readJson } from './read-archive.ts';
import { describeTable, listTables, nameTable } from './snapshot.ts';

/** An open archive, and its path for whoever is told what is wrong with it. */
interface Source {
  readonly archive: ArchiveReader;
  readonly path: string;
}

/**
 * Fills the tables of an empty schema of the archive's version; the number of rows. Throws `backup_damaged`, with
 * the transaction of the client to be rolled back.
 */
export async function readBackup(client: Client, source: Source): Promise<number> {
  const { archive, path } = source;
  const waiting = new Set(await listTables(client));
  let rows = 0;
  for (let i = 0; i < archive.header.tables; i++) {
    const header = readJson<TableHeader>(await archive.next(frameKinds.table), path);
    if (!waiting.delete(header.table)) throw makeDamaged(path, 'has a table that is not known');
    rows += await fill(client, source, header);
    if (header.table === 'declared_features') await addColumns(client);
  }
  if (waiting.size > 0) throw makeDamaged(path, `lacks ${[...waiting].join(', ')}`);
  await archive.finish(rows);
  await setSequences(client, source);
  return rows;
}

async function addColumns(client: Client): Promise<void> {
  const declared = await listDeclared(client);
  for (const feature of declared) await makeColumn(client, feature, undefined);
  if (declared.length > 0) await makeView(client);
}

/** Triggers would tell of loads as if they happened now. */
async function fill(client: Client, source: Source, header: TableHeader): Promise<number> {
  const table = nameTable(header.table);
  await checkColumns(client, source, header);
  await client.query(`delete from ${table}; alter table ${table} disable trigger user`);
  const dataset = Object.values<Dataset>(datasets).find(({ name }) => name === header.table);
  const rows = dataset
    ? await fillDataset(client, source, { header, dataset })
    : await copyRows(client, source, header);
  await client.query(`alter table ${table} enable trigger user`);
  return rows;
}

async function checkColumns(
  client: Client,
  { path }: Source,
  { table, columns }: TableHeader,
): Promise<void> {
  const expected = (await describeTable(client, table)).columns;
  if (expected.toSorted().join() !== columns.toSorted().join())
    throw makeDamaged(path, `has other columns of ${table} than its version`);
}

/** Indexes are built when all rows are there. */
async function fillDataset(
  client: Client,
  source: Source,
  { header, dataset }: { header: TableHeader; dataset: Dataset },
): Promise<number> {
  let rows = 0;
  const buildIndexes = await fillTable(client, dataset, {
    rows: header.estimatedRows,
    fill: async (kind) => {
      rows = await copyRows(client, source, header, kind);
    },
  });
  await buildIndexes();
  return rows;
}

async function copyRows(
  client: Client,
  { archive, path }: Source,
  { table, columns }: TableHeader,
  kind: CopyKind = 'plain',
): Promise<number> {
  const target = `${nameTable(table)} (${listNames(columns)})`;
  const copy = copyIn(client, `copy ${target} from stdin (freeze ${kind === 'frozen'})`);
  let end: TableEnd | undefined;
  const data = async function* () {
    for (;;) {
      const frame = await archive.next(frameKinds.data, frameKinds.tableEnd);
      if (frame.kind === frameKinds.data) yield frame.payload;
      else {
        end = readJson<TableEnd>(frame, path);
        return;
      }
    }
  };
  await pipeline(Readable.from(data()), copy).catch((error) => {
    throw isRefusedRow(error)
      ? makeDamaged(path, `has rows of ${table} that are none`, error)
      : error;
  });
  if (end?.rows !== copy.rowCount) throw makeDamaged(path, `lacks rows of ${table}`);
  return copy.rowCount;
}

/** What no table of ours has let out: cells that cannot be read, or break a constraint. */
function isRefusedRow(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^2[123]/.test(error.code)
  );
}

async function setSequences(client: Client, { archive }: Source): Promise<void> {
  for (const { table, column, lastValue, isCalled } of archive.header.sequences)
    await client.query('select setval(pg_get_serial_sequence($1, $2), $3, $4)', [
      nameTable(table),
      column,
      lastValue,
      isCalled,
    ]);
}
