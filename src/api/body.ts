import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { EluteError } from '../errors.ts';
import type { Write } from '../operations/export-rows.ts';

/** A client that takes nothing for so long keeps a snapshot of the database open: it is let go. */
const longestStallMs = 60_000;

/**
 * Begins a body that is written piece by piece, each when the client has taken the last ones. What is
 * thrown before the first piece is thrown here; later it breaks the answer off, so that it does not look whole.
 */
export function beginBody(
  produce: (write: Write) => Promise<void>,
  { signal, stallMs = longestStallMs }: { signal: AbortSignal; stallMs?: number },
): Promise<Readable> {
  const stream = new PassThrough();
  // It may break between here and its first reader.
  stream.on('error', () => {});
  return new Promise((resolve, reject) => {
    const write: Write = async (piece) => {
      resolve(stream);
      if (!stream.write(piece)) await waitForDrain(stream, signal, stallMs);
    };
    produce(write).then(
      () => {
        stream.end();
        resolve(stream);
      },
      (error) => {
        reject(error);
        stream.destroy(error);
      },
    );
  });
}

async function waitForDrain(
  stream: PassThrough,
  signal: AbortSignal,
  stallMs: number,
): Promise<void> {
  const stalled = new EluteError('interrupted', 'The client has taken nothing for too long.');
  const timer = setTimeout(() => stream.destroy(stalled), stallMs);
  try {
    await once(stream, 'drain', { signal });
  } finally {
    clearTimeout(timer);
  }
}
