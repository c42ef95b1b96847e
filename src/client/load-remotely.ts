import { randomUUID } from 'node:crypto';
import { isObjectAddress } from '../domain/object-address.ts';
import type { Reject } from '../domain/rejects.ts';
import {
  callServer,
  type OnRetry,
  type Patience,
  readAnswer,
  type Server,
  withRetries,
} from './call-server.ts';
import { cancelLoad } from './cancel-load.ts';
import { findSentFiles } from './find-sent-files.ts';
import { type Following, followLoad } from './follow-load.ts';
import {
  type LoadDocument,
  type RemoteOutcome,
  readLoadDocument,
  readOutcome,
} from './load-document.ts';
import { uploadFiles } from './upload-files.ts';

/** What is asked for before there is a load may fail soon; a load that runs deserves more patience. */
const askingWaitsMs = [1000, 2000, 4000, 8000];
const followingWaitsMs = [...askingWaitsMs, 15_000, 30_000, 60_000];

export interface RemoteWork extends Following {
  readonly server: Server;
  readonly signal: AbortSignal;
  /** How much of the files has been sent, from 0 to 1. */
  readonly onSent: (share: number) => void;
  readonly onRetry: OnRetry;
}

/**
 * Has a server load files of this machine, or objects that it reads itself, and waits for the end of it.
 * Throws what a load here throws, and what stands between here and the server.
 */
export function loadRemotely(
  work: RemoteWork,
  sources: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<RemoteOutcome> {
  return followToEnd(work, async (patience) => {
    const { server, onSent } = work;
    if (sources.every(isObjectAddress))
      return nameObjects(work, { ...options, paths: sources }, patience);
    const files = await findSentFiles(sources);
    return uploadFiles(server, { files, options, onSent, idempotencyKey: randomUUID() }, patience);
  });
}

/** The server fetches them: they need not pass through here. */
function nameObjects(
  { server, signal }: RemoteWork,
  body: Readonly<Record<string, unknown>>,
  patience: Patience,
): Promise<LoadDocument> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const call = { method: 'POST', headers, body: JSON.stringify(body), signal };
  return withRetries(patience, async () =>
    readLoadDocument(await callServer(server, 'loads', call)),
  );
}

/** Has a server load exactly what a plan of its own has shown. */
export function applyRemotely(work: RemoteWork, planId: number): Promise<RemoteOutcome> {
  const headers = { 'idempotency-key': randomUUID() };
  const { server, signal } = work;
  return followToEnd(work, (patience) =>
    withRetries(patience, async () =>
      readLoadDocument(
        await callServer(server, `loads/${planId}/apply`, { method: 'POST', headers, signal }),
      ),
    ),
  );
}

async function followToEnd(
  { server, signal, onRetry, onProgress, onWaiting }: RemoteWork,
  ask: (patience: Patience) => Promise<LoadDocument>,
): Promise<RemoteOutcome> {
  const { loadId } = await ask({ waitsMs: askingWaitsMs, signal, onRetry });
  const patience = { waitsMs: followingWaitsMs, signal, onRetry };
  const load = await followLoad(server, loadId, { patience, onProgress, onWaiting }).catch(
    (error) => {
      if (signal.aborted) return cancelLoad(server, loadId);
      throw error;
    },
  );
  return readOutcome(load, `${server.url}/api/v1/loads/${loadId}/rejects`);
}

/** The first rejects of a load. */
export async function readRemoteRejects(
  server: Server,
  loadId: number,
  limit: number,
): Promise<readonly Reject[]> {
  const response = await callServer(server, `loads/${loadId}/rejects?limit=${limit}`, {
    signal: AbortSignal.timeout(30_000),
  });
  return (await readAnswer<{ rejects: readonly Reject[] }>(response)).rejects;
}
