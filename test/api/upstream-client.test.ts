import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { useServers } from './server.ts';

/**
 * A system that delivers experiments, written against the contract of the API alone: HTTP, JSON and
 * server-sent events, without a type or a function of ours.
 */
const startServer = useServers();

interface Api {
  readonly url: string;
  readonly token: string;
}

interface Counts {
  readonly [outcome: string]: number;
}

interface LoadDocument {
  readonly loadId: number;
  readonly state: string;
  readonly files: readonly { readonly path: string; readonly counts?: Counts }[];
  readonly mends: readonly { readonly loadId: number; readonly rows: number }[];
  readonly error?: { readonly code: string };
  readonly undoError?: { readonly code: string; readonly message: string };
}

interface Problem {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const final = ['loaded', 'failed', 'interrupted', 'planned', 'undone'];

function call({ url, token }: Api, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return fetch(`${url}/api/v1${path}`, { ...init, headers });
}

async function get<Answer>(api: Api, path: string): Promise<Answer> {
  const response = await call(api, path);
  expect(response.status, path).toBe(200);
  return (await response.json()) as Answer;
}

async function upload(
  api: Api,
  files: Readonly<Record<string, string>>,
  { key = crypto.randomUUID(), options = {} }: { key?: string; options?: object } = {},
): Promise<LoadDocument> {
  const form = new FormData();
  form.append('options', JSON.stringify(options));
  for (const [name, text] of Object.entries(files)) form.append('files', new Blob([text]), name);
  const response = await call(api, '/loads', {
    method: 'POST',
    body: form,
    headers: { 'idempotency-key': key },
  });
  expect(response.status).toBe(202);
  const load = (await response.json()) as LoadDocument;
  expect(response.headers.get('location')).toBe(`/api/v1/loads/${load.loadId}`);
  return load;
}

interface LoadEvent {
  readonly id: number;
  readonly event: string;
  readonly data: { readonly state?: string; readonly stage?: string };
}

/** The events of a load, after one of them, until the server closes the stream. */
async function readEvents(api: Api, loadId: number, after?: number): Promise<LoadEvent[]> {
  const response = await call(api, `/loads/${loadId}/events`, {
    headers: after === undefined ? {} : { 'last-event-id': String(after) },
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const blocks = (await response.text()).split('\n\n');
  return blocks.flatMap((block) => {
    const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
    if (lines.length === 0) return [];
    const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
    return [{ id: Number(fields.id), event: fields.event, data: JSON.parse(fields.data) }];
  });
}

async function waitForEnd(api: Api, loadId: number): Promise<LoadDocument> {
  const events = await readEvents(api, loadId);
  expect(final).toContain(events.at(-1)?.data.state);
  return get(api, `/loads/${loadId}`);
}

async function undo(api: Api, loadId: number): Promise<LoadDocument> {
  const response = await call(api, `/loads/${loadId}/undo`, { method: 'POST' });
  expect(response.status).toBe(202);
  for (;;) {
    const load = await get<LoadDocument>(api, `/loads/${loadId}`);
    if (load.state === 'undone' || load.undoError) return load;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const samples = Object.fromEntries(
  ['users.csv', 'user_experiments.csv', 'compounds.csv'].map((name) => [
    name,
    readFileSync(new URL(`../../samples/${name}`, import.meta.url), 'utf8'),
  ]),
);

interface Figures {
  readonly total_exp_per_user: number;
  readonly most_consumed_compound_name: string | null;
}

test('delivers, mends what was rejected, reads figures, and takes it all back', async () => {
  const server = await startServer();
  const api = { url: server.url, token: await server.makeToken('write') };

  const key = crypto.randomUUID();
  const { loadId } = await upload(api, samples, { key });
  const events = await readEvents(api, loadId);
  const states = events.flatMap(({ event, data }) => (event === 'state' ? [data.state] : []));
  expect(states).toEqual(['queued', 'running', 'loaded']);
  expect(events.some(({ event, data }) => event === 'progress' && data.stage === 'publish')).toBe(
    true,
  );
  const [first] = events;
  expect(await readEvents(api, loadId, first?.id)).toEqual(events.slice(1));
  // A delivery that is repeated, since its answer was lost, is the same load.
  expect((await upload(api, samples, { key })).loadId).toBe(loadId);

  const load = await get<LoadDocument>(api, `/loads/${loadId}`);
  for (const { counts = {} } of load.files) {
    const { read, warnings, ...outcomes } = counts;
    expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(read);
    expect(warnings).toBeGreaterThanOrEqual(0);
  }

  const { rejects } = await get<{ rejects: { file: string; place: string; code: string }[] }>(
    api,
    `/loads/${loadId}/rejects`,
  );
  expect(rejects.map(({ place, code }) => [place, code])).toEqual([
    ['users.csv:18', 'ambiguous_date'],
    ['user_experiments.csv:25', 'decimal_comma'],
    ['user_experiments.csv:34', 'unknown_compound'],
  ]);
  expect((await call(api, '/features/17')).status).toBe(404);
  const before = await get<Figures>(api, '/features/10');

  const corrections = {
    'users.csv': ['03/04/2023', '2023-04-03'],
    'user_experiments.csv': ['12,7', '12.7'],
  };
  const mended: number[] = [];
  for (const [file, [wrong = '', right = '']] of Object.entries(corrections)) {
    const response = await call(api, `/loads/${loadId}/rejects?format=csv&file=${file}`);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    const text = await response.text();
    expect(text).toContain(wrong);
    // Only the cell is mended: its fault stands once more in the column of faults.
    const { loadId: mending } = await upload(api, { 'mended.csv': text.replace(wrong, right) });
    const end = await waitForEnd(api, mending);
    expect(end).toMatchObject({ state: 'loaded', mends: [{ loadId, rows: 1 }] });
    mended.push(mending);
  }
  expect(await get(api, '/features/17')).toMatchObject({ user_id: 17 });
  expect(await get<Figures>(api, '/features/10')).toMatchObject({
    total_exp_per_user: before.total_exp_per_user + 1,
  });

  for (const mending of mended.toReversed())
    expect(await undo(api, mending)).toMatchObject({ state: 'undone' });
  expect(await get<Figures>(api, '/features/10')).toEqual(before);
  expect((await call(api, '/features/17')).status).toBe(404);
  expect(await undo(api, loadId)).toMatchObject({ state: 'undone' });
  expect((await call(api, '/features/10')).status).toBe(404);
});

test('an undo that a later load stands in the way of says so', async () => {
  const server = await startServer();
  const api = { url: server.url, token: await server.makeToken('write') };
  const first = await upload(api, { 'compounds.csv': samples['compounds.csv'] ?? '' });
  await waitForEnd(api, first.loadId);
  const renamed = 'compound_id,compound_name,compound_structure\n1,Coffee,C8H10N4O2\n';
  await waitForEnd(api, (await upload(api, { 'renamed.csv': renamed })).loadId);
  const refused = await undo(api, first.loadId);
  expect(refused).toMatchObject({ state: 'loaded', undoError: { code: 'undo_refused' } });
  expect(refused.undoError?.message).toContain('compound');
});

test('a plan changes nothing, and a delivery with too many rejects is refused', async () => {
  const server = await startServer();
  const api = { url: server.url, token: await server.makeToken('write') };
  const planned = await upload(api, samples, { options: { plan: true } });
  expect(await waitForEnd(api, planned.loadId)).toMatchObject({
    state: 'planned',
    plan: { newScientists: 19 },
  });
  const refused = await upload(api, samples, { options: { maxRejects: '1%' } });
  expect(await waitForEnd(api, refused.loadId)).toMatchObject({
    state: 'failed',
    error: { code: 'too_many_rejects' },
  });
  expect((await call(api, '/features/10')).status).toBe(404);
});

test.each([
  ['no token', '', 401, 'token_required'],
  ['a token that is none', 'elute_1_x', 401, 'token_invalid'],
  ['a token that may only read', 'read', 403, 'scope_missing'],
])('a delivery with %s is a problem', async (_, text, status, code) => {
  const server = await startServer();
  const token = text === 'read' ? await server.makeToken('read') : text;
  const form = new FormData();
  form.append('files', new Blob(['a']), 'a.csv');
  const response = await call({ url: server.url, token }, '/loads', { method: 'POST', body: form });
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = (await response.json()) as Problem;
  expect(problem).toMatchObject({ status, code, type: expect.stringContaining(code) });
  expect([response.status, problem.detail.length > 0]).toEqual([status, true]);
});
