import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import type { LabFiles } from '../files.ts';
import type { Running } from './processes.ts';

export interface Reading {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

/** Features of single scientists, asked for by 32 connections at once. */
export async function measureReading(
  { url, token }: Running,
  { users, seconds }: { users: number; seconds: number },
): Promise<Reading> {
  const { requests, latency, non2xx, errors } = await autocannon({
    url,
    connections: 32,
    duration: seconds,
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
    requests: Array.from({ length: 500 }, (_, i) => ({
      path: `/api/v1/features/${1 + ((i * 7919) % users)}`,
    })),
  });
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests failed`);
  return { requestsPerSecond: requests.average, p99Ms: latency.p99 };
}

/** Seconds until a file is safe with the server. */
export async function measureUpload({ url, token }: Running, path: string): Promise<number> {
  const blob = await openAsBlob(path);
  const start = performance.now();
  const response = await fetch(`${url}/api/v1/loads`, {
    method: 'POST',
    ...(token === undefined ? { body: blob } : { body: makeForm([['file.csv', blob]]) }),
    headers: { ...(token && { authorization: `Bearer ${token}` }) },
  });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  await response.text();
  return (performance.now() - start) / 1000;
}

/** Uploads the same files at once as so many loads; the statuses of the answers. */
export async function uploadAtOnce(
  { url, token }: Running,
  paths: readonly string[],
  number: number,
): Promise<number[]> {
  return Promise.all(
    Array.from({ length: number }, async () => {
      const blobs = await Promise.all(
        paths.map(
          async (path): Promise<[string, Blob]> => [
            path.split('/').at(-1) ?? path,
            await openAsBlob(path),
          ],
        ),
      );
      const response = await fetch(`${url}/api/v1/loads`, {
        method: 'POST',
        body: makeForm(blobs),
        headers: { authorization: `Bearer ${token}` },
      });
      await response.text();
      return response.status;
    }),
  );
}

/** Starts a load of files; `ended` resolves when it has. */
export async function startLoad(
  server: Running,
  { folder, paths }: LabFiles,
): Promise<{ readonly ended: Promise<void> }> {
  const blobs = await Promise.all(
    Object.values(paths).map(
      async (path): Promise<[string, Blob]> => [
        path.slice(join(folder, '/').length),
        await openAsBlob(path),
      ],
    ),
  );
  const headers = { authorization: `Bearer ${server.token}` };
  const response = await fetch(`${server.url}/api/v1/loads`, {
    method: 'POST',
    body: makeForm(blobs),
    headers,
  });
  const location = response.headers.get('location');
  const ended = async () => {
    const events = await fetch(`${server.url}${location}/events`, { headers });
    await events.text();
  };
  return { ended: ended() };
}

function makeForm(files: readonly (readonly [string, Blob])[]): FormData {
  const form = new FormData();
  for (const [name, blob] of files) form.append('files', blob, name);
  return form;
}
