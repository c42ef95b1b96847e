import { expect } from 'vitest';
import { undoLoad } from '../../src/operations/undo-load.ts';
import { type Verification, verifyFeatures } from '../../src/operations/verify-features.ts';
import { makeContext } from '../support/lab.ts';
import type { Server } from './server.ts';

export type Row = Readonly<Record<string, unknown>>;

/** An answer to a request that changes a row. */
export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly location: string | null;
  /** The number of the load that stands for the change. */
  readonly loadId: number;
  readonly body: Row;
}

/** What a client does to single rows. */
export interface RowClient {
  create(dataset: string, row: Row, token?: string): Promise<Answer>;
  update(path: string, changes: Row, etag?: string | null): Promise<Answer>;
  remove(path: string, etag?: string | null): Promise<Answer>;
}

export function makeRowClient({ ask }: Pick<Server, 'ask'>): RowClient {
  const send = async (
    method: string,
    path: string,
    { body, etag, token }: { body?: Row; etag?: string | null; token?: string | undefined },
  ) => {
    const response = await ask(`/api/v1/${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(etag && { 'if-match': etag }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(token && { token }),
    });
    return readAnswer(response);
  };
  return {
    create: (dataset, body, token) => send('POST', dataset, { body, token }),
    update: (path, body, etag = '*') => send('PATCH', path, { body, etag }),
    remove: (path, etag = '*') => send('DELETE', path, { etag }),
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const { headers, status } = response;
  const [, loadId] = /^\/api\/v1\/loads\/(\d+)$/.exec(headers.get('elute-load') ?? '') ?? [];
  return {
    status,
    etag: headers.get('etag'),
    location: headers.get('location'),
    loadId: Number(loadId),
    body: parseBody(await response.text()),
  };
}

function parseBody(text: string): Row {
  return text === '' ? {} : JSON.parse(text);
}

/** Two users, two compounds and two experiments of the first user. */
const start: readonly (readonly [string, Row])[] = [
  ['users', { user_id: 1, name: 'Ada', email: 'ada@lab.example', signup_date: '2024-01-01' }],
  ['users', { user_id: 2, name: 'Bo', email: 'bo@lab.example', signup_date: null }],
  ['compounds', { compound_id: 1, compound_name: 'Water', compound_structure: 'H2O' }],
  ['compounds', { compound_id: 2, compound_name: 'Salt', compound_structure: 'NaCl' }],
  ['experiments', makeExperiment(1, 1, [1, 2], 2.5)],
  ['experiments', makeExperiment(2, 1, [1], 1)],
];

export function makeExperiment(id: number, user: number, compounds: unknown, time: unknown): Row {
  return {
    experiment_id: id,
    user_id: user,
    experiment_compound_ids: compounds,
    experiment_run_time: time,
  };
}

/** Stores the rows to start from. */
export async function createAll(client: RowClient): Promise<void> {
  for (const [dataset, row] of start) {
    const { status, body } = await client.create(dataset, row);
    expect([status, body]).toEqual([201, row]);
  }
}

export function verify({ databaseUrl, folder }: Server): Promise<Verification> {
  return verifyFeatures(makeContext(databaseUrl, folder));
}

/** Undoes a load as the command line does. */
export function undo({ databaseUrl, folder }: Server, loadId: number) {
  return undoLoad(makeContext(databaseUrl, folder), loadId);
}
