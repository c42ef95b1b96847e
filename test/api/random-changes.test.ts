import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EluteError } from '../../src/errors.ts';
import { query } from '../support/database.ts';
import {
  type Answer,
  makeExperiment,
  makeRowClient,
  type Row,
  undo,
  verify,
} from './row-client.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();

interface Change {
  readonly kind: 'create' | 'update' | 'remove';
  readonly dataset: 'users' | 'compounds' | 'experiments';
  readonly id: number;
  readonly user: number;
  readonly compounds: readonly number[];
  readonly value: number;
  /** Asks with the tag of the row as it was before, which may be an old one. */
  readonly isStale: boolean;
}

/** The change of that turn, counted from the last one, is undone. */
interface Undo {
  readonly kind: 'undo';
  readonly back: number;
}

type Step = Change | Undo;

const id = fc.integer({ min: 1, max: 3 });
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('create', 'create', 'update', 'remove'),
  dataset: fc.constantFrom('users', 'compounds', 'experiments', 'experiments'),
  id,
  user: id,
  compounds: fc.array(id, { minLength: 1, maxLength: 3 }),
  value: fc.integer({ min: 1, max: 3 }),
  isStale: fc.boolean(),
});
const undoing: fc.Arbitrary<Undo> = fc.record({ kind: fc.constant('undo'), back: fc.nat(5) });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 4, arbitrary: change }, { weight: 1, arbitrary: undoing }),
  { minLength: 25, maxLength: 35 },
);

/** Experiments need users and compounds: without these to begin with, most would be rejected. */
const firstSteps: readonly Change[] = (['users', 'compounds', 'experiments'] as const).flatMap(
  (dataset) =>
    [1, 2].map((number) => ({
      kind: 'create' as const,
      dataset,
      id: number,
      user: number,
      compounds: [1, number],
      value: 1,
      isStale: false,
    })),
);

interface Version {
  readonly row: Row;
  readonly etag: string | null;
}

/** A change that was made, and the row before and after it. */
interface Made {
  readonly loadId: number;
  readonly key: string;
  readonly before: Version | undefined;
  readonly after: Version | undefined;
}

/** Plain rows by dataset and id, and the changes that made them, less those undone. */
interface Model {
  readonly rows: Map<string, Version>;
  made: Made[];
  /** The first tag that each row ever had. */
  readonly oldTags: Map<string, string>;
}

test('whatever is changed and undone, rows and features are those of a plain model', async () => {
  const property = fc.asyncProperty(steps, async (list) => {
    const server = await startServer({ concurrency: 0 });
    const model: Model = { rows: new Map(), made: [], oldTags: new Map() };
    for (const step of [...firstSteps, ...list]) {
      if (step.kind === 'undo') await checkUndo(server, model, step);
      else await checkChange(server, model, step);
    }
    expect(await readRows(server)).toEqual(
      [...model.rows].map(([key, { row }]): [string, Row] => [key, row]).sort(byKey),
    );
    expect(await verify(server)).toMatchObject({ differing: 0, featuresOnlyUsers: 0 });
  });
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
});

async function checkChange(server: Server, model: Model, step: Change): Promise<void> {
  const key = `${step.dataset}/${step.id}`;
  const before = model.rows.get(key);
  const etag = (step.isStale ? model.oldTags.get(key) : before?.etag) ?? '*';
  const row = step.kind === 'remove' ? undefined : writeRow(step);
  const answer = await send(server, step, etag);
  expect([step, answer.status]).toEqual([step, expectStatus(model, step, { before, etag, row })]);
  if (answer.status >= 300) return;
  const after = row && { row, etag: answer.etag };
  if (before?.etag === after?.etag) return;
  if (after) model.oldTags.set(key, model.oldTags.get(key) ?? String(after.etag));
  model.made.push({ loadId: answer.loadId, key, before, after });
  setRow(model, key, after);
}

function send(server: Server, step: Change, etag: string): Promise<Answer> {
  const client = makeRowClient(server);
  const path = `${step.dataset}/${step.id}`;
  if (step.kind === 'remove') return client.remove(path, etag);
  const row = writeRow(step);
  if (step.kind === 'create') return client.create(step.dataset, row);
  const [, ...changes] = Object.entries(row);
  return client.update(path, Object.fromEntries(changes), etag);
}

function writeRow({ dataset, id, user, compounds, value }: Change): Row {
  if (dataset === 'experiments') return makeExperiment(id, user, compounds, value / 8);
  if (dataset === 'users')
    return { user_id: id, name: `U${value}`, email: 'u@lab.example', signup_date: null };
  return { compound_id: id, compound_name: `C${value}`, compound_structure: null };
}

function expectStatus(
  model: Model,
  { kind, dataset, id }: Change,
  { before, etag, row }: { before: Version | undefined; etag: string; row: Row | undefined },
): number {
  if (kind === 'create') {
    if (before) return 409;
    return row && isSound(model, row) ? 201 : 422;
  }
  if (before === undefined) return 404;
  if (etag !== '*' && etag !== before.etag) return 412;
  if (row) return isSound(model, row) ? 200 : 422;
  return isNamed(model, dataset, id) ? 409 : 204;
}

/** Whether all that an experiment names is there. */
function isSound({ rows }: Model, row: Row): boolean {
  const { user, compounds } = namesOf(row);
  return (
    (user === undefined || rows.has(`users/${user}`)) &&
    compounds.every((compound) => rows.has(`compounds/${compound}`))
  );
}

function isNamed({ rows }: Model, dataset: string, id: number): boolean {
  return [...rows.values()].some(({ row }) => {
    const { user, compounds } = namesOf(row);
    return (
      (dataset === 'users' && user === id) || (dataset === 'compounds' && compounds.includes(id))
    );
  });
}

function namesOf(row: Row): { user: unknown; compounds: readonly unknown[] } {
  const compounds = row['experiment_compound_ids'];
  return Array.isArray(compounds)
    ? { user: row['user_id'], compounds }
    : { user: undefined, compounds: [] };
}

async function checkUndo(server: Server, model: Model, { back }: Undo): Promise<void> {
  const undone = model.made.at(-1 - back);
  if (undone === undefined) return;
  const later = model.made.slice(model.made.indexOf(undone) + 1);
  const rows = new Map(model.rows);
  setRow({ rows }, undone.key, undone.before);
  const isPossible =
    !later.some(({ key }) => key === undone.key) &&
    [...rows.values()].every(({ row }) => isSound({ ...model, rows }, row));
  expect([undone, await tryUndo(server, undone.loadId)]).toEqual([undone, isPossible]);
  if (!isPossible) return;
  model.made = model.made.filter((one) => one !== undone);
  setRow(model, undone.key, undone.before);
  expect(await verify(server)).toMatchObject({ differing: 0 });
}

/** Whether it was not refused. */
async function tryUndo(server: Server, loadId: number): Promise<boolean> {
  try {
    await undo(server, loadId);
    return true;
  } catch (error) {
    if (error instanceof EluteError && error.code === 'undo_refused') return false;
    throw error;
  }
}

function setRow({ rows }: Pick<Model, 'rows'>, key: string, version: Version | undefined): void {
  if (version) rows.set(key, version);
  else rows.delete(key);
}

async function readRows({ databaseUrl }: Server): Promise<[string, Row][]> {
  const stored = await query<{ key: string; row: Row }>(
    databaseUrl,
    `select 'users/' || user_id as key, to_jsonb(u) - 'file_id' - 'line' as row from elute.users u
     union all
     select 'compounds/' || compound_id, to_jsonb(c) - 'file_id' - 'line' from elute.compounds c
     union all
     select 'experiments/' || experiment_id,
       jsonb_set(to_jsonb(e) - 'file_id' - 'line', '{experiment_compound_ids}',
         to_jsonb(elute.compound_ids(e.experiment_compound_ids)))
     from elute.experiments e`,
  );
  return stored.map(({ key, row }): [string, Row] => [key, row]).sort(byKey);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
