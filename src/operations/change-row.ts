import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../compute/engine.ts';
import { type Context, withDatabase, withLazyEngine, withScratch } from '../context.ts';
import type { Client, Database } from '../database/connection.ts';
import { makeBusy } from '../database/locks.ts';
import { findLoadedRow, findRow, type StoredRow } from '../database/stored-rows.ts';
import type { Dataset } from '../domain/datasets.ts';
import { parseIdentifier } from '../domain/identifiers.ts';
import { type RowFault, rejectSentences } from '../domain/rejects.ts';
import { EluteError, type ErrorCode } from '../errors.ts';
import type { InputFile } from '../extract/input-file.ts';
import { inspectPart } from '../extract/inspect-file.ts';
import { listFaults } from '../load/publish-findings.ts';
import type { InspectionTools } from './inspect-sources.ts';
import { checkTarget, type RowRequest, type RowTarget } from './row-request.ts';
import { runLoad } from './run-load.ts';

/** Values by column, as JSON has them. */
export type RowValues = Readonly<Record<string, unknown>>;

/** What became of a row: stored by a load, or rejected for its faults, and then nothing is left of it. */
export type RowOutcome =
  | { readonly loadId: number; readonly row: StoredRow }
  | { readonly faults: readonly RowFault[] };

/** More often than that, a row does not change between two looks at it by chance. */
const mostAttempts = 5;

/** Loads one new row. Throws `row_exists`, `busy`, and what refuses a load. */
export async function createRow(
  context: Context,
  request: RowRequest,
  values: RowValues,
): Promise<RowOutcome> {
  const { dataset } = request;
  const id = parseIdentifier(String(values[dataset.key]).trim());
  const check = async (client: Client) => {
    if (id === undefined || (await findRow(client, dataset, id)) === undefined) return;
    throw new EluteError('row_exists', `There is a ${dataset.noun} ${id} already.`);
  };
  return loadRow(context, request, { id, values, check });
}

/**
 * Loads a stored row with other values in some of its columns; where they are the same, it stays the
 * version it is. Throws `row_not_found`, `row_changed`, `busy`, and what refuses a load.
 */
export async function updateRow(
  context: Context,
  request: RowRequest,
  { values, ...target }: RowTarget & { values: RowValues },
): Promise<RowOutcome> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const outcome = await tryUpdate(context, request, { values, ...target });
    if (outcome) return outcome;
  }
  throw makeBusy();
}

/** Undefined where any version was wanted, and the row changed while it was merged. */
async function tryUpdate(
  context: Context,
  request: RowRequest,
  { values, ...target }: RowTarget & { values: RowValues },
): Promise<RowOutcome | undefined> {
  const { id, wanted } = target;
  const find = (client: Client) => findRow(client, request.dataset, id);
  const found = await withDatabase(context, 'existing', (database) => database.withClient(find));
  const stored = checkTarget(request, target, found);
  const merged = { ...stored.values, ...values };
  const check = async (client: Client) => {
    checkTarget(request, { id, wanted: [stored.version] }, await find(client));
  };
  try {
    return await loadRow(context, request, { id, values: merged, check, stored });
  } catch (error) {
    if (wanted === 'any' && hasCode(error, 'row_changed')) return undefined;
    throw error;
  }
}

interface NewVersion {
  /** Absent where the row's own id is none: it is rejected. */
  readonly id: number | undefined;
  readonly values: RowValues;
  readonly check: (client: Client) => Promise<void>;
  /** What is there now. */
  readonly stored?: StoredRow;
}

async function loadRow(
  context: Context,
  request: RowRequest,
  version: NewVersion,
): Promise<RowOutcome> {
  const faults = findNul(request.dataset, version.values);
  if (faults.length > 0) return { faults };
  return withScratch(context, (makeFolder) =>
    withLazyEngine(context, (getEngine) =>
      withDatabase(context, 'existing', async (database) => {
        const tools = { makeFolder, getEngine };
        const file = await inspectRow(context, request, { ...tools, values: version.values });
        try {
          const loadId = await loadFile(context, request, { file, version, database, getEngine });
          return { loadId, row: await readLoaded(database, request, { ...version, loadId }) };
        } catch (error) {
          if (!hasCode(error, 'too_many_rejects')) throw error;
          return { faults: await listFaults(await getEngine()) };
        }
      }),
    ),
  );
}

/** A file is refused whose only record cannot be read; here the column is known. */
function findNul({ columns }: Dataset, values: RowValues): RowFault[] {
  const code = 'invalid_character';
  return columns
    .filter(({ name }) => [values[name]].flat().some((value) => String(value).includes('\0')))
    .map(({ name }) => ({ column: name, code, message: rejectSentences[code] }));
}

/** The row as a file of one record, which names the request as its place. */
async function inspectRow(
  { settings, signal }: Context,
  { dataset, place }: RowRequest,
  { values, makeFolder, getEngine }: InspectionTools & { values: RowValues },
): Promise<InputFile> {
  const record = Object.fromEntries(
    dataset.columns.map(({ name }) => [name, values[name] ?? null]),
  );
  const location = join(await makeFolder(), 'row.json');
  await writeFile(location, JSON.stringify([record]), { mode: 0o600 });
  const part = { path: place, location, format: 'json', isNamed: true } as const;
  const reading = { dataset: dataset.name };
  const { files } = await inspectPart(part, {
    makeFolder,
    getEngine,
    reading,
    signal,
    limits: settings.limits,
  });
  const [file] = files;
  if (file?.format !== 'json') throw new Error('the file of a row holds no table');
  return { ...file, numbering: 'request' };
}

interface RowLoad {
  readonly file: InputFile;
  readonly version: NewVersion;
  readonly database: Database;
  readonly getEngine: () => Promise<Engine>;
}

function loadFile(
  context: Context,
  { requester, waitMs }: RowRequest,
  { file, version, database, getEngine }: RowLoad,
): Promise<number> {
  return runLoad(context, { database, getEngine }, [file], {
    request: { folder: '', sources: [], reading: file.reading, force: true, featuresOnly: false },
    rejectLimit: { rows: 0 },
    change: { requester, condition: { check: version.check, waitMs } },
  });
}

/** A load that left the row alone brought no version of it. */
async function readLoaded(
  database: Database,
  { dataset }: RowRequest,
  { id, stored, loadId }: NewVersion & { loadId: number },
): Promise<StoredRow> {
  if (id === undefined) throw new Error('a row without an id was loaded');
  const loaded = await database.withClient((client) =>
    findLoadedRow(client, dataset, { id, loadId }),
  );
  const row = loaded ?? stored;
  if (row) return row;
  throw new EluteError(
    'row_changed',
    `The ${dataset.noun} ${id} was stored by load ${loadId}, which was undone at once.`,
  );
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof EluteError && error.code === code;
}
