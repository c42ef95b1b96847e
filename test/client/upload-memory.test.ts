import { truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { uploadFiles } from '../../src/client/upload-files.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';
import { useFolders } from '../support/lab.ts';

const makeFolder = useFolders();
const sizeBytes = 400_000_000;
const mostBytes = 100_000_000;

test('a file is never in memory as a whole while it is sent', async () => {
  const path = join(makeFolder(), 'big.csv');
  writeFileSync(path, '');
  truncateSync(path, sizeBytes);
  let receivedBytes = 0;
  const receiver = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
    });
    request.on('end', () => response.writeHead(202).end('{"loadId":1,"startedAt":0}'));
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  try {
    await uploadFiles(
      { url: `http://127.0.0.1:${port}`, token: makeFixedSecret('any') },
      {
        files: [{ path, name: 'big.csv', sizeBytes }],
        options: {},
        idempotencyKey: 'one',
        onSent: () => {
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        },
      },
      { waitsMs: [], signal: new AbortController().signal, onRetry: () => {} },
    );
  } finally {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  }
  expect(receivedBytes).toBeGreaterThan(sizeBytes);
  expect(most).toBeLessThan(mostBytes);
});
