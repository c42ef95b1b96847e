import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

/**
 * Makes a named pipe and opens its reading end. The reader is open before any writer, because a
 * writer without one blocks where `interrupt()` cannot reach it; destroying it frees the writer.
 */
export async function openFifoReader(path: string): Promise<Socket> {
  await promisify(execFile)('mkfifo', ['-m', '600', path]);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
