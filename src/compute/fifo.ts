import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

/** Makes a named pipe. A process has to be started for that: use it again. */
export async function makeFifo(path: string): Promise<string> {
  await promisify(execFile)('mkfifo', ['-m', '600', path]);
  return path;
}

/**
 * Opens the reading end of a named pipe. The reader must be open before any writer, because a writer
 * without one blocks where `interrupt()` cannot reach it; destroying it frees the writer.
 */
export function openReader(path: string): Socket {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/**
 * Where the reader leaves before the writer has come, the writer would wait for ever: another reader
 * lets it in and leaves at its first bytes, so that it fails as others do. `written` settles when
 * the writer is done.
 */
export function freeWriter(reader: Socket, path: string, written: Promise<unknown>): void {
  let isDone = false;
  let guard: Socket | undefined;
  reader.once('close', () => {
    if (isDone) return;
    guard = openReader(path);
    guard.once('data', () => guard?.destroy());
  });
  const end = () => {
    isDone = true;
    guard?.destroy();
  };
  written.then(end, end);
}
