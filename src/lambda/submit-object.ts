import { createHash } from 'node:crypto';
import { callServer } from '../client/call-server.ts';
import { type LoadDocument, readLoadDocument } from '../client/load-document.ts';
import { folderOf, nameObject } from '../domain/object-address.ts';
import type { ObjectEvent } from '../domain/object-events.ts';
import type { FunctionSettings } from './settings.ts';

/** A server that takes longer has not lost the request: sent again, it makes the same load. */
const answerMs = 15_000;

/** Which path a service is asked to load for an object. */
export function choosePath(
  { bucket, key }: ObjectEvent,
  { loadsFolder }: Pick<FunctionSettings, 'loadsFolder'>,
): string {
  return nameObject({ bucket, key: loadsFolder ? folderOf(key) : key });
}

/** Asks for the load of an object; the load. Throws as `callServer` does. */
export async function submitObject(
  event: ObjectEvent,
  settings: FunctionSettings,
  signal: AbortSignal,
): Promise<LoadDocument> {
  const { server: url, token, options } = settings;
  const path = choosePath(event, settings);
  const response = await callServer({ url, token }, 'loads', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': makeKey(event, path) },
    body: JSON.stringify({ ...options, paths: [path] }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
  });
  return readLoadDocument(response);
}

/**
 * The same for an event that comes twice, and for all attempts with it. The sequencer tells it from the
 * event of the same bytes put there again: whoever does so wants them loaded, as after an undo.
 */
function makeKey({ bucket, key, versionId, etag, sequencer }: ObjectEvent, path: string): string {
  const identity = JSON.stringify([path, bucket, key, versionId, etag, sequencer]);
  return `s3-event-${createHash('sha256').update(identity).digest('hex')}`;
}
